# Everything that receives RUM events: one entry each, named like its folder in functions/. What an entry may say, and
# what holds where it says nothing, is in variables.tf under `destinations`.
destinations = {
  clickhouse = {
    secret               = "clickhouse-dsn"
    batch_size           = 1000
    batch_window_seconds = 5
  }

  parquet = {
    output               = { bucket = "lake", prefix = "events/" }
    batch_size           = 1000
    batch_window_seconds = 30
  }

  json = {
    output               = { bucket = "training", prefix = "events/" }
    batch_size           = 1000
    batch_window_seconds = 30
  }

  warehouse = {
    output               = { bucket = "sales", prefix = "events/" }
    secret               = "warehouse-password"
    batch_size           = 5000
    batch_window_seconds = 60
  }
}
