# Values that cannot work are rejected before anything is created.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

run "values_out_of_range" {
  command = plan

  variables {
    planner_concurrency       = 1
    throttling_rate           = 0
    throttling_burst          = 1.5
    min_capacity              = 0.3
    seconds_until_auto_pause  = 60
    backup_retention_days     = 0
    secret_recovery_days      = 3
    database_password_version = 0
    log_retention_days        = 8
    oldest_message_alarm_s    = 619
    latency_alarm_ms          = 60000
    unauthorized_alarm        = 0
    client_errors_alarm       = 1.5
    model_output              = "patterns"
    model_silence_s           = 0
    model_time_limit_s        = 600
  }

  expect_failures = [
    var.planner_concurrency,
    var.throttling_rate,
    var.throttling_burst,
    var.min_capacity,
    var.seconds_until_auto_pause,
    var.backup_retention_days,
    var.secret_recovery_days,
    var.database_password_version,
    var.log_retention_days,
    var.oldest_message_alarm_s,
    var.latency_alarm_ms,
    var.unauthorized_alarm,
    var.client_errors_alarm,
    var.model_output,
    var.model_silence_s,
    var.model_time_limit_s,
  ]
}

run "values_in_the_wrong_format" {
  command = plan

  variables {
    region                = "home"
    name_prefix           = "Alex"
    tags                  = { "aws:mine" = "x" }
    arch                  = "amd64"
    packages_dir          = ""
    bedrock_model_id      = "the best one"
    model_price           = "cheap"
    price_source_url      = "http://prices.example.com/batch-quote"
    extra_environment     = { "not a name" = "x" }
    cors_origins          = ["*"]
    jwt_issuer            = "http://login.example.com"
    jwt_audience          = ["alex"]
    sign_in_callback_urls = ["http://app.example.com"]
    sign_in_domain        = "-"
    engine_version        = "16.2"
    kms_key_arn           = "alias/mine"
    alarm_topic_arn       = "me@example.com"
    monthly_budget_usd    = 0
    max_concurrent_jobs   = 0
    max_jobs_a_day        = 1.5
    events_kept_days      = 0
    jobs_kept_days        = 40000
  }

  expect_failures = [
    var.region,
    var.name_prefix,
    var.tags,
    var.arch,
    var.packages_dir,
    var.bedrock_model_id,
    var.model_price,
    var.price_source_url,
    var.extra_environment,
    var.cors_origins,
    var.jwt_issuer,
    var.sign_in_callback_urls,
    var.sign_in_domain,
    var.engine_version,
    var.kms_key_arn,
    var.alarm_topic_arn,
    var.monthly_budget_usd,
    var.max_concurrent_jobs,
    var.max_jobs_a_day,
    var.events_kept_days,
    var.jobs_kept_days,
  ]
}

run "values_that_almost_fit" {
  command = plan

  variables {
    name_prefix    = "a-very-long-prefix-of-it"
    cors_origins   = ["https://app.example.com/"]
    jwt_audience   = ["alex"] # without an issuer
    engine_version = "15"
    max_capacity   = 0.5
    alarm_email    = "me"
  }

  expect_failures = [var.name_prefix, var.cors_origins, var.jwt_audience, var.engine_version, var.max_capacity, var.alarm_email]
}

run "values_reach_the_functions_that_use_them" {
  command = plan

  variables {
    bedrock_model_id = "amazon.nova-pro-v1:0"
    model_price      = "0.80/3.20"
    model_silence_s  = 15
    price_source     = "fmp"
    price_source_url = "https://prices.example.com/batch-quote"
    price_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prices-AbCdEf"
  }

  assert {
    condition = { for name, variables in local.environment : name => [variables.MODEL_PRICE, variables.MODEL_SILENCE_S, variables.MODEL_TIME_LIMIT_S] if can(variables.MODEL_PRICE) } == {
      for name in ["reporter", "retirement", "tagger"] : name => ["0.80/3.20", "15", ""]
    }
    error_message = "Functions that use a model; a value that is not given is empty, for the default in the code."
  }

  assert {
    condition     = local.environment["planner"].PRICE_SOURCE_URL == "https://prices.example.com/batch-quote"
    error_message = "The planner fetches prices from there."
  }
}
