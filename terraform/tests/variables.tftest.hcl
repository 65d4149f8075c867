# A value that could not work is refused before anything is made, with a sentence that says why.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "values_out_of_their_bounds" {
  command = plan

  variables {
    planner_concurrency       = 1
    visibility_timeout_factor = 0.5
    throttling_rate           = 0
    throttling_burst          = 0
    min_capacity              = 0.3
    seconds_until_auto_pause  = 60
    backup_retention_days     = 0
    secret_recovery_days      = 3
    database_password_version = 0
    log_retention_days        = 8
    oldest_message_alarm_s    = 60
    latency_alarm_ms          = 60000
  }

  expect_failures = [
    var.planner_concurrency,
    var.visibility_timeout_factor,
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
  ]
}

run "values_of_the_wrong_form" {
  command = plan

  variables {
    region                = "home"
    name_prefix           = "Alex"
    tags                  = { "aws:mine" = "x" }
    arch                  = "amd64"
    packages_dir          = ""
    bedrock_model_id      = "the best one"
    extra_environment     = { "not a name" = "x" }
    cors_origins          = ["*"]
    jwt_issuer            = "http://login.example.com"
    jwt_audience          = ["alex"]
    sign_in_callback_urls = ["http://app.example.com"]
    sign_in_domain        = "-"
    engine_version        = "16.2"
    kms_key_arn           = "alias/mine"
    alarm_topic_arn       = "me@example.com"
  }

  expect_failures = [
    var.region,
    var.name_prefix,
    var.tags,
    var.arch,
    var.packages_dir,
    var.bedrock_model_id,
    var.extra_environment,
    var.cors_origins,
    var.jwt_issuer,
    var.sign_in_callback_urls,
    var.sign_in_domain,
    var.engine_version,
    var.kms_key_arn,
    var.alarm_topic_arn,
  ]
}

run "values_that_only_nearly_fit" {
  command = plan

  variables {
    name_prefix    = "a-very-long-prefix-of-it"
    cors_origins   = ["https://app.example.com/"]
    jwt_audience   = ["alex"] # of no issuer
    engine_version = "15"
    max_capacity   = 0.5
  }

  expect_failures = [var.name_prefix, var.cors_origins, var.jwt_audience, var.engine_version, var.max_capacity]
}
