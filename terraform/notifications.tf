# Notifications of alarms, and a budget.

locals {
  alarm_actions = var.alarm_email != null ? [aws_sns_topic.alarms[0].arn] : var.alarm_topic_arn != null ? [var.alarm_topic_arn] : []
}

resource "aws_sns_topic" "alarms" {
  count = var.alarm_email == null ? 0 : 1

  name              = "${var.name_prefix}-alarms"
  kms_master_key_id = local.kms_key_arn # alarms cannot publish to a topic that is encrypted with AWS's own key
}

# SNS sends a message with a confirmation link; notifications start once the link has been followed
resource "aws_sns_topic_subscription" "alarms" {
  count = var.alarm_email == null ? 0 : 1

  topic_arn = aws_sns_topic.alarms[0].arn
  protocol  = "email"
  endpoint  = var.alarm_email
}

resource "aws_budgets_budget" "this" {
  count = var.monthly_budget_usd == null ? 0 : 1

  name         = var.name_prefix
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget_usd)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  dynamic "notification" {
    for_each = { FORECASTED = 100, ACTUAL = 80 }

    content {
      notification_type          = notification.key
      comparison_operator        = "GREATER_THAN"
      threshold                  = notification.value
      threshold_type             = "PERCENTAGE"
      subscriber_email_addresses = [var.alarm_email]
    }
  }
}
