# Alarms and costs

variable "alarm_email" {
  description = "Email address to notify when an alarm starts and when it ends. You have to confirm the subscription. If you set kms_key_arn, its policy must let cloudwatch.amazonaws.com use the key."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_email == null || can(regex("^[^@ ]+@[^@ ]+\\.[^@ ]+$", var.alarm_email))
    error_message = "Must be an email address."
  }
}

variable "monthly_budget_usd" {
  description = "Monthly budget for the AWS account, in US dollars. Notifies alarm_email at 80% of it and when the forecast exceeds it. Does not stop any spending. Null: no budget."
  type        = number
  default     = null

  validation {
    condition     = var.monthly_budget_usd == null || try(var.monthly_budget_usd > 0 && var.alarm_email != null, false)
    error_message = "Must be above 0, and needs an alarm_email."
  }
}

variable "alarm_topic_arn" {
  description = "ARN of an SNS topic to notify instead of alarm_email. If both are null, alarms only change color."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || var.alarm_email == null && can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:.+$", var.alarm_topic_arn))
    error_message = "Must be the ARN of a topic, such as arn:aws:sns:us-east-1:123456789012:alarms, and excludes an alarm_email."
  }
}

variable "oldest_message_alarm_s" {
  description = "Age of a queue's oldest message, in seconds, above which an alarm starts."
  type        = number
  default     = 1200

  validation {
    condition     = var.oldest_message_alarm_s >= max(values(local.visibility_timeout_s)...) && var.oldest_message_alarm_s <= 86400
    error_message = "Must be between ${max(values(local.visibility_timeout_s)...)} s, the longest time for which a consumer may hold a message, and a day."
  }
}

variable "latency_alarm_ms" {
  description = "Latency in milliseconds that triggers an alarm when one request in twenty exceeds it. While the database resumes, a request takes up to 10 s."
  type        = number
  default     = 5000

  validation {
    condition     = var.latency_alarm_ms >= 100 && var.latency_alarm_ms <= 30000
    error_message = "Must be between 100 ms and API Gateway's limit of 30 s."
  }
}

variable "unauthorized_alarm" {
  description = "Number of requests without a valid token in five minutes above which an alarm starts."
  type        = number
  default     = 100

  validation {
    condition     = var.unauthorized_alarm >= 1 && floor(var.unauthorized_alarm) == var.unauthorized_alarm
    error_message = "Must be an integer of at least 1."
  }
}

variable "client_errors_alarm" {
  description = "Number of rejected requests (4xx) in five minutes above which an alarm starts."
  type        = number
  default     = 1000

  validation {
    condition     = var.client_errors_alarm >= 1 && floor(var.client_errors_alarm) == var.client_errors_alarm
    error_message = "Must be an integer of at least 1."
  }
}
