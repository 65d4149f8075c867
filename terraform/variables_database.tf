# The database, and the key for all that is stored

variable "engine_version" {
  description = "Aurora PostgreSQL's version. With the major alone AWS chooses the minor, and moves it on."
  type        = string
  default     = "16"

  validation {
    condition     = can(regex("^16(\\.[0-9]+)?$", var.engine_version)) && !contains(["16.1", "16.2"], var.engine_version)
    error_message = "16, or 16.3 and newer: older ones can't pause."
  }
}

variable "min_capacity" {
  description = "Aurora capacity units at the least; at 0 the database pauses when nobody uses it."
  type        = number
  default     = 0

  validation {
    condition     = var.min_capacity >= 0 && var.min_capacity <= 256 && floor(2 * var.min_capacity) == 2 * var.min_capacity
    error_message = "Between 0 and 256, in steps of 0.5."
  }
}

variable "max_capacity" {
  description = "Aurora capacity units at the most."
  type        = number
  default     = 2

  validation {
    condition     = var.max_capacity >= 1 && var.max_capacity >= var.min_capacity && var.max_capacity <= 256 && floor(2 * var.max_capacity) == 2 * var.max_capacity
    error_message = "Between 1 (and min_capacity) and 256, in steps of 0.5."
  }
}

variable "seconds_until_auto_pause" {
  description = "How long nobody must have used the database before it pauses, where min_capacity is 0."
  type        = number
  default     = 300

  validation {
    condition     = var.seconds_until_auto_pause >= 300 && var.seconds_until_auto_pause <= 86400
    error_message = "Between 300 and 86400 s."
  }
}

variable "backup_retention_days" {
  description = "For how many days the database can be taken back to any second."
  type        = number
  default     = 7

  validation {
    condition     = var.backup_retention_days >= 1 && var.backup_retention_days <= 35
    error_message = "Between 1 and 35 days."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the database and the user pool. Set it to false, and apply, before `terraform destroy`."
  type        = bool
  default     = true
}

variable "final_snapshot" {
  description = "Whether the database leaves a snapshot behind when it is destroyed."
  type        = bool
  default     = true
}

variable "secret_recovery_days" {
  description = "For how many days the secret of the functions' database user can be brought back after its deletion; 0: not at all."
  type        = number
  default     = 7

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "0, or between 7 and 30 days."
  }
}

variable "database_password_version" {
  description = "Raise it by one, and apply, to give the functions' database user a new password."
  type        = number
  default     = 1

  validation {
    condition     = var.database_password_version >= 1 && floor(var.database_password_version) == var.database_password_version
    error_message = "1, 2, 3 and so on."
  }
}

variable "kms_key_arn" {
  description = "A KMS key of yours for the logs, the secrets, the functions' environment and the database; its policy must let CloudWatch Logs use it. Null: one is made for the first three, and AWS's own key encrypts the database, so that its snapshots outlive all this."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "A key's ARN looks like arn:aws:kms:us-east-1:123456789012:key/..."
  }
}
