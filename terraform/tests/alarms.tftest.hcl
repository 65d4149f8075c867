# Alarms and dashboard cover every function and queue.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "alarms_cover_queues_jobs_functions_and_refused_requests" {
  command = plan

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.dead_letters) == ["analysis-jobs"]
    error_message = "Each queue has an alarm for dead letters."
  }

  assert {
    condition = alltrue([
      for alarm in aws_cloudwatch_metric_alarm.dead_letters :
      alarm.namespace == "AWS/Lambda" && alarm.metric_name == "Invocations" && alarm.dimensions == tomap({ FunctionName = "alex-dead_letters" }) && alarm.statistic == "Sum" && alarm.threshold == 0 && alarm.period * alarm.evaluation_periods == 60
    ])
    error_message = "A single invocation of the dead-letter consumer rings within a minute."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.jobs_given_up.namespace == "alex" && aws_cloudwatch_metric_alarm.jobs_given_up.metric_name == "JobsGivenUp"
    error_message = "The alarm watches the metric that dead_letters emits."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.jobs_given_up.dimensions == tomap({ deployment = "alex", service = "dead_letters" })
    error_message = "With the dimensions that functions/shared/metrics.py adds."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.jobs_given_up.statistic == "Sum" && aws_cloudwatch_metric_alarm.jobs_given_up.threshold == 0 && aws_cloudwatch_metric_alarm.jobs_given_up.period * aws_cloudwatch_metric_alarm.jobs_given_up.evaluation_periods == 60
    error_message = "A single job that is given up rings within a minute."
  }

  assert {
    condition     = { for name, alarm in aws_cloudwatch_metric_alarm.oldest_message : name => alarm.dimensions.QueueName } == { "analysis-jobs" = "alex-analysis-jobs", "analysis-jobs-dlq" = "alex-analysis-jobs-dlq" }
    error_message = "Each queue and each dead-letter queue has an alarm for old messages."
  }

  assert {
    condition     = alltrue([for alarm in aws_cloudwatch_metric_alarm.oldest_message : alarm.metric_name == "ApproximateAgeOfOldestMessage" && alarm.threshold == 1200])
    error_message = "A message is old after 20 minutes."
  }

  assert {
    condition     = alltrue([for function in concat(values(module.function), [module.migrator]) : keys(function.alarms) == ["duration", "errors", "throttles"]])
    error_message = "Each function has alarms for errors, throttles and duration."
  }

  assert {
    condition     = module.function["planner"].alarms["duration"].threshold == 540000 && module.function["dead_letters"].alarms["errors"].threshold == 0
    error_message = "They ring at nine tenths of the timeout, and at any error."
  }

  assert {
    condition = alltrue([
      for alarm in concat(
        values(aws_cloudwatch_metric_alarm.dead_letters),
        values(aws_cloudwatch_metric_alarm.oldest_message),
        [aws_cloudwatch_metric_alarm.jobs_given_up, aws_cloudwatch_metric_alarm.server_errors, aws_cloudwatch_metric_alarm.latency],
        flatten([for function in concat(values(module.function), [module.migrator]) : values(function.alarms)]),
      ) : alarm.alarm_actions == toset([var.alarm_topic_arn]) && alarm.ok_actions == toset([var.alarm_topic_arn]) && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "Alarms notify the topic when they start and end, and not for lack of data."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.client_errors.metric_name == "4xx" && aws_cloudwatch_metric_alarm.client_errors.statistic == "Sum" && aws_cloudwatch_metric_alarm.client_errors.threshold == 1000
    error_message = "A surge of refused requests rings."
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.unauthorized.metric_name == "alex-unauthorized" && aws_cloudwatch_metric_alarm.unauthorized.threshold == 100 && aws_cloudwatch_log_metric_filter.unauthorized.log_group_name == aws_cloudwatch_log_group.access.name
    error_message = "A surge of requests without a valid token rings; they are counted in the access log."
  }

  assert {
    condition     = strcontains(aws_apigatewayv2_stage.this.access_log_settings[0].format, "status") && aws_cloudwatch_log_metric_filter.unauthorized.pattern == "{ $.status = \"401\" }"
    error_message = "The filter reads the field that the access log writes."
  }
}

run "without_a_topic_alarms_notify_nobody" {
  command = plan

  variables {
    alarm_topic_arn = null
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.alarm_actions == null || length(aws_cloudwatch_metric_alarm.latency.alarm_actions) == 0
    error_message = "They only change color."
  }
}

run "alarms_notify_an_email_address" {
  command = plan

  variables {
    alarm_topic_arn    = null
    alarm_email        = "operator@example.com"
    monthly_budget_usd = 25
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.alarm_actions == toset([aws_sns_topic.alarms[0].arn]) && aws_sns_topic_subscription.alarms[0].endpoint == "operator@example.com"
    error_message = "A topic with the address as its subscriber is created."
  }

  assert {
    condition     = aws_sns_topic.alarms[0].kms_master_key_id == aws_kms_key.this[0].arn && strcontains(aws_kms_key.this[0].policy, "cloudwatch.amazonaws.com")
    error_message = "CloudWatch may publish to the encrypted topic."
  }

  assert {
    condition = aws_budgets_budget.this[0].limit_amount == "25" && { for rule in aws_budgets_budget.this[0].notification : rule.notification_type => [rule.threshold, rule.subscriber_email_addresses] } == {
      ACTUAL     = [80, toset(["operator@example.com"])]
      FORECASTED = [100, toset(["operator@example.com"])]
    }
    error_message = "The address hears of 80% of the budget and of a forecast above it."
  }
}

run "dashboard_shows_every_function_and_queue" {
  command = plan

  variables {
    bedrock_model_id = "amazon.nova-pro-v1:0"
  }

  assert {
    condition = alltrue([
      for metric in [
        ["alex", "JobsCompleted", "deployment", "alex", "service", "planner"],
        ["alex", "JobsGivenUp", "deployment", "alex", "service", "dead_letters"],
        ["alex", "QueueWait", "deployment", "alex", "service", "planner"],
        ["alex", "AgentDuration", "deployment", "alex", "service", "retirement"],
        ["alex", "DataApiResumes", "deployment", "alex", "service", "api"],
        ["alex", "ModelThrottles", "deployment", "alex", "service", "reporter", "model", "amazon.nova-pro-v1:0"],
        ["alex", "ModelLatency", "deployment", "alex", "service", "tagger", "model", "amazon.nova-pro-v1:0"],
        ["alex", "PassagesReplaced", "deployment", "alex", "service", "retirement", "model", "amazon.nova-pro-v1:0"],
        ["AWS/Lambda", "Invocations", "FunctionName", "alex-dead_letters"],
        ["AWS/SQS", "ApproximateNumberOfMessagesNotVisible", "QueueName", "alex-analysis-jobs"],
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "alex-analysis-jobs-dlq"],
      ] : strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(metric))
    ])
    error_message = "The dashboard shows metrics as functions/shared/metrics.py and AWS emit them."
  }

  assert {
    condition = alltrue([
      for name in concat(values(output.function_names), [for queue in keys(local.all_queues) : "alex-${queue}"]) :
      strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "\"${name}\"") || name == "alex-migrator"
    ])
    error_message = "It leaves out only the migrator, which runs once per deployment."
  }
}
