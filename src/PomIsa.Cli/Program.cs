Console.WriteLine("pomisa");
return 0;
