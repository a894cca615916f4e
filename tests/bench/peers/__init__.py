"""Plain Python functions that do what functions of the bundle do, as one would write them with boto3."""
