global using Record = PomIsa.Evidence.Records.Record;
