Console.WriteLine("oracle");
