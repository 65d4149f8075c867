# Watching it

variable "log_retention_days" {
  description = "For how many days logs are kept."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 days and some longer times."
  }
}

variable "alarm_topic_arn" {
  description = "The SNS topic that alarms tell when they ring and when they are over; null: they only change their colour."
  type        = string
  default     = null

  validation {
    condition     = var.alarm_topic_arn == null || can(regex("^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:.+$", var.alarm_topic_arn))
    error_message = "A topic's ARN looks like arn:aws:sns:us-east-1:123456789012:alarms."
  }
}

variable "oldest_message_alarm_s" {
  description = "An alarm rings when a message has waited, or has been worked on, for longer."
  type        = number
  default     = 1200

  validation {
    condition     = var.oldest_message_alarm_s >= 900 && var.oldest_message_alarm_s <= 86400
    error_message = "Between 900 s, the longest delay that the watchdog asks for, and a day."
  }
}

variable "latency_alarm_ms" {
  description = "An alarm rings when one request in twenty takes longer. A paused database makes the first ones wait for up to 10 s."
  type        = number
  default     = 5000

  validation {
    condition     = var.latency_alarm_ms >= 100 && var.latency_alarm_ms <= 30000
    error_message = "Between 100 ms and API Gateway's own limit of 30 s."
  }
}
