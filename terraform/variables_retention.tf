# How long jobs, their events, backups and logs are kept

variable "events_kept_days" {
  description = "Days after a job's end until its events are hidden and deleted. Null: the default in functions/functions.yaml."
  type        = number
  default     = null

  validation {
    condition     = var.events_kept_days == null || try(var.events_kept_days >= 1 && var.events_kept_days <= 36500 && floor(var.events_kept_days) == var.events_kept_days, false)
    error_message = "Must be an integer between 1 and 36500 days."
  }
}

variable "jobs_kept_days" {
  description = "Days after a job's end until it is deleted. Null: the default in functions/functions.yaml."
  type        = number
  default     = null

  validation {
    condition     = var.jobs_kept_days == null || try(var.jobs_kept_days >= 1 && var.jobs_kept_days <= 36500 && floor(var.jobs_kept_days) == var.jobs_kept_days, false)
    error_message = "Must be an integer between 1 and 36500 days."
  }
}

variable "backup_retention_days" {
  description = "Days for which the database can be restored to any second."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Must be between 1 and 35 days."
  }
}

variable "log_retention_days" {
  description = "Days for which logs are kept."
  type        = number
  default     = 365

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "CloudWatch supports 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731 days and some longer periods."
  }
}
