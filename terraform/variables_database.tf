# Database and encryption key

variable "engine_version" {
  description = "Aurora PostgreSQL version. With the major version alone, AWS chooses and upgrades the minor version."
  type        = string
  default     = "16"

  validation {
    condition     = can(regex("^16(\\.[0-9]+)?$", var.engine_version)) && !contains(["16.1", "16.2"], var.engine_version)
    error_message = "Must be 16, or 16.3 and newer: older versions can't pause."
  }
}

variable "min_capacity" {
  description = "Minimum Aurora capacity units. At 0, the database pauses while it is idle."
  type        = number
  default     = 0

  validation {
    condition     = var.min_capacity >= 0 && var.min_capacity <= 256 && floor(2 * var.min_capacity) == 2 * var.min_capacity
    error_message = "Must be between 0 and 256, in steps of 0.5."
  }
}

variable "max_capacity" {
  description = "Maximum Aurora capacity units."
  type        = number
  default     = 2

  validation {
    condition     = var.max_capacity >= 1 && var.max_capacity >= var.min_capacity && var.max_capacity <= 256 && floor(2 * var.max_capacity) == 2 * var.max_capacity
    error_message = "Must be at least 1 and min_capacity, and at most 256, in steps of 0.5."
  }
}

variable "seconds_until_auto_pause" {
  description = "Idle seconds before the database pauses. Only with a min_capacity of 0."
  type        = number
  default     = 300

  validation {
    condition     = var.seconds_until_auto_pause >= 300 && var.seconds_until_auto_pause <= 86400
    error_message = "Must be between 300 and 86400 s."
  }
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the database and the user pool. Apply with false before `terraform destroy`."
  type        = bool
  default     = true
}

variable "final_snapshot" {
  description = "Whether destroying the database leaves a snapshot."
  type        = bool
  default     = true
}

variable "secret_recovery_days" {
  description = "Days for which the deleted secrets of the functions' database users can be restored. 0: deleted immediately."
  type        = number
  default     = 7

  validation {
    condition     = var.secret_recovery_days == 0 || (var.secret_recovery_days >= 7 && var.secret_recovery_days <= 30)
    error_message = "Must be 0, or between 7 and 30 days."
  }
}

variable "database_password_version" {
  description = "Raise it by one and apply to give the functions' database users new passwords."
  type        = number
  default     = 1

  validation {
    condition     = var.database_password_version >= 1 && floor(var.database_password_version) == var.database_password_version
    error_message = "Must be an integer of at least 1."
  }
}

variable "kms_key_arn" {
  description = "ARN of your KMS key for logs, secrets, environment variables and the database; its policy must allow CloudWatch Logs. Null: a key is created for the first three, and AWS's key encrypts the database, so that its snapshots remain readable."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.kms_key_arn))
    error_message = "Must be the ARN of a key, such as arn:aws:kms:us-east-1:123456789012:key/..."
  }
}
