# Alarms on rejected requests: somebody is trying tokens, or a client is broken.

# Every request without a valid token, counted from the access log: API Gateway's own metric combines 401 with other
# 4xx
resource "aws_cloudwatch_log_metric_filter" "unauthorized" {
  name           = "${var.name_prefix}-unauthorized"
  log_group_name = aws_cloudwatch_log_group.access.name
  pattern        = "{ $.status = \"401\" }"

  metric_transformation {
    namespace     = local.namespace
    name          = "${var.name_prefix}-unauthorized"
    value         = "1"
    default_value = "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "unauthorized" {
  alarm_name          = "${var.name_prefix}-unauthorized"
  alarm_description   = "More than ${var.unauthorized_alarm} requests in five minutes had no valid token. The access log has their addresses and paths."
  namespace           = aws_cloudwatch_log_metric_filter.unauthorized.metric_transformation[0].namespace
  metric_name         = aws_cloudwatch_log_metric_filter.unauthorized.metric_transformation[0].name
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.unauthorized_alarm
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

resource "aws_cloudwatch_metric_alarm" "client_errors" {
  alarm_name          = "${var.name_prefix}-api-4xx"
  alarm_description   = "More than ${var.client_errors_alarm} requests in five minutes were rejected. The access log has their addresses, paths and statuses."
  namespace           = "AWS/ApiGateway"
  metric_name         = "4xx"
  dimensions          = { ApiId = aws_apigatewayv2_api.this.id }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = var.client_errors_alarm
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}
