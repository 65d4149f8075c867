variable "name" {
  description = "Name of the function, its role, and its log group under /aws/lambda/."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9_-]{0,63}$", var.name))
    error_message = "A function name has at most 64 lowercase letters, digits, hyphens and underscores, and starts with a letter."
  }
}

variable "description" {
  description = "Summary of the function, in one sentence."
  type        = string

  validation {
    condition     = length(var.description) > 0 && length(var.description) <= 256
    error_message = "Lambda accepts 1 to 256 characters."
  }
}

variable "handler" {
  description = "Entry point in the zip, as a dotted path."
  type        = string

  validation {
    condition     = can(regex("^[a-z_]+(\\.[a-z_]+)+$", var.handler))
    error_message = "An entry point looks like functions.api.handler.handler."
  }
}

variable "package" {
  description = "Path of the zip with its code."
  type        = string

  validation {
    condition     = endswith(var.package, ".zip")
    error_message = "The package must be a .zip file."
  }
}

variable "arch" {
  description = "Instruction set that the zip was built for."
  type        = string

  validation {
    condition     = contains(["arm64", "x86_64"], var.arch)
    error_message = "Lambda supports arm64 and x86_64."
  }
}

variable "memory_mb" {
  description = "Memory in MB; CPU power is proportional to it."
  type        = number

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "Between 128 and 10240 MB."
  }
}

variable "timeout_s" {
  description = "Maximum duration of an invocation, in seconds."
  type        = number

  validation {
    condition     = var.timeout_s >= 1 && var.timeout_s <= 900
    error_message = "Between 1 and 900 s."
  }
}

variable "environment" {
  description = "Environment variables. Not for secrets."
  type        = map(string)

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "Variable names consist of uppercase letters, digits and underscores, and start with a letter."
  }
}

variable "grants" {
  description = "Policy statements of its role, in addition to writing its own log."
  type = list(object({
    Sid       = string
    Action    = list(string)
    Resource  = list(string)
    Condition = optional(map(map(string)))
  }))

  validation {
    condition = alltrue([
      for grant in var.grants : !contains(grant.Resource, "*") && length(grant.Resource) > 0 && alltrue([for action in grant.Action : !strcontains(action, "*")])
    ])
    error_message = "A grant must list its actions and resources, without wildcards for all resources or in actions."
  }
}

variable "log_retention_days" {
  description = "Days for which its log is kept."
  type        = number

  validation {
    condition     = var.log_retention_days >= 1
    error_message = "At least one day."
  }
}

variable "kms_key_arn" {
  description = "KMS key for its log and its environment variables."
  type        = string

  validation {
    condition     = can(regex("^arn:", var.kms_key_arn))
    error_message = "Must be the ARN of a key."
  }
}

variable "alarm_actions" {
  description = "ARNs of the SNS topics that its alarms notify."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for action in var.alarm_actions : can(regex("^arn:", action))])
    error_message = "Must be ARNs of topics."
  }
}
