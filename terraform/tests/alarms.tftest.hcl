# Somebody hears of what goes wrong.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  alarm_topic_arn = "arn:aws:sns:us-east-1:123456789012:alarms"
}

run "a_dead_letter_rings_at_once" {
  assert {
    condition = alltrue([
      for name, alarm in aws_cloudwatch_metric_alarm.dead_letters :
      alarm.dimensions.QueueName == "alex-${name}-dlq" && alarm.metric_name == "ApproximateNumberOfMessagesVisible" && alarm.threshold == 0 && alarm.period * alarm.evaluation_periods == 60
    ])
    error_message = "One is enough, within a minute."
  }

  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.dead_letters) == ["analysis-jobs", "watchdog"] && keys(aws_cloudwatch_metric_alarm.oldest_message) == ["analysis-jobs", "watchdog"]
    error_message = "Each queue has its alarms."
  }
}

run "every_function_has_its_alarms" {
  assert {
    condition     = alltrue([for function in concat(values(module.function), [module.migrator]) : keys(function.alarms) == ["duration", "errors", "throttles"]])
    error_message = "Errors, throttles and duration."
  }

  assert {
    condition     = module.function["planner"].alarms["duration"].threshold == 540000 && module.function["planner"].alarms["errors"].threshold == 0
    error_message = "Nine tenths of 600 s, and any error."
  }
}

run "alarms_tell_the_topic_when_they_ring_and_when_they_are_over" {
  assert {
    condition = alltrue([
      for alarm in concat(
        values(aws_cloudwatch_metric_alarm.dead_letters),
        values(aws_cloudwatch_metric_alarm.oldest_message),
        [aws_cloudwatch_metric_alarm.server_errors, aws_cloudwatch_metric_alarm.latency],
        flatten([for function in concat(values(module.function), [module.migrator]) : values(function.alarms)]),
      ) : alarm.alarm_actions == toset([var.alarm_topic_arn]) && alarm.ok_actions == toset([var.alarm_topic_arn]) && alarm.treat_missing_data == "notBreaching"
    ])
    error_message = "And a quiet night is no alarm."
  }
}

run "without_a_topic_they_only_change_their_colour" {
  variables {
    alarm_topic_arn = null
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.latency.alarm_actions == null || length(aws_cloudwatch_metric_alarm.latency.alarm_actions) == 0
    error_message = "There is nobody to tell."
  }
}

run "the_dashboard_shows_every_function_and_queue" {
  assert {
    condition = alltrue([
      for name in concat(values(output.function_names), [for queue in keys(local.queues) : "alex-${queue}"]) :
      strcontains(aws_cloudwatch_dashboard.this.dashboard_body, "\"${name}\"") || name == "alex-migrator"
    ])
    error_message = "The migrator runs once a deployment; the others are on it."
  }
}

run "the_dashboard_shows_the_functions_own_metrics" {
  variables {
    bedrock_model_id = "amazon.nova-pro-v1:0"
  }

  assert {
    condition = alltrue([
      for metric in [
        ["alex", "JobsCompleted", "deployment", "alex", "service", "planner"],
        ["alex", "JobsRescued", "deployment", "alex", "service", "watchdog"],
        ["alex", "AgentDuration", "deployment", "alex", "service", "retirement"],
        ["alex", "DataApiResumes", "deployment", "alex", "service", "api"],
        ["alex", "ModelThrottles", "deployment", "alex", "service", "reporter", "model", "amazon.nova-pro-v1:0"],
      ] : strcontains(aws_cloudwatch_dashboard.this.dashboard_body, jsonencode(metric))
    ])
    error_message = "As functions/shared/metrics.py writes them."
  }
}
