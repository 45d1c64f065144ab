Console.Error.WriteLine("Writes the rejections of spec/vectors/reject.");
return 2;
