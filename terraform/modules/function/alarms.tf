locals {
  alarms = {
    errors = {
      description = "Invocations of ${var.name} failed."
      metric      = "Errors"
      statistic   = "Sum"
      threshold   = 0
    }
    throttles = {
      description = "Invocations of ${var.name} were throttled: too many functions ran at once."
      metric      = "Throttles"
      statistic   = "Sum"
      threshold   = 0
    }
    duration = {
      description = "An invocation of ${var.name} took more than 90% of its timeout."
      metric      = "Duration"
      statistic   = "Maximum"
      threshold   = 900 * var.timeout_s # in milliseconds
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/Lambda"
  metric_name         = each.value.metric
  dimensions          = { FunctionName = aws_lambda_function.this.function_name }
  statistic           = each.value.statistic
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = var.alarm_actions
  ok_actions          = var.alarm_actions
}
