# Alarms on queues, jobs and the API. Each function's own alarms are in modules/function.

# Counts the consumer's invocations: it empties the queue so quickly that the queue's length would miss most dead
# letters
resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = local.queues

  alarm_name          = "${var.name_prefix}-${each.key}-dead-letters"
  alarm_description   = "A message could not be processed in ${each.value.max_receive_count} receives and became a dead letter."
  namespace           = "AWS/Lambda"
  metric_name         = "Invocations"
  dimensions          = { FunctionName = module.function[each.value.dead_letters.consumer].name }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "jobs_given_up" {
  alarm_name          = "${var.name_prefix}-jobs-given-up"
  alarm_description   = "A job failed because its message became a dead letter. Run it again with scripts/redrive.py --reopen."
  namespace           = local.namespace
  metric_name         = "JobsGivenUp"
  dimensions          = { deployment = var.name_prefix, service = "dead_letters" }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

# After its third receive, SQS excludes a message from this metric ("Available CloudWatch metrics for Amazon SQS"). The
# alarm therefore means that a consumer is too slow or is not running, not that single messages keep failing.
resource "aws_cloudwatch_metric_alarm" "oldest_message" {
  for_each = local.all_queues

  alarm_name          = "${var.name_prefix}-${each.key}-oldest-message"
  alarm_description   = "The ${each.value.consumer} function can't keep up with its queue, or does not run."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.this[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.oldest_message_alarm_s
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "server_errors" {
  alarm_name          = "${var.name_prefix}-api-5xx"
  alarm_description   = "The API responds with server errors."
  namespace           = "AWS/ApiGateway"
  metric_name         = "5xx"
  dimensions          = { ApiId = aws_apigatewayv2_api.this.id }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanOrEqualToThreshold"
  threshold           = 5 # while the database resumes, a few polls get a 503
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "latency" {
  alarm_name          = "${var.name_prefix}-api-latency"
  alarm_description   = "One request in twenty is slow."
  namespace           = "AWS/ApiGateway"
  metric_name         = "Latency"
  dimensions          = { ApiId = aws_apigatewayv2_api.this.id }
  extended_statistic  = "p95"
  period              = 300
  evaluation_periods  = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.latency_alarm_ms
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}
