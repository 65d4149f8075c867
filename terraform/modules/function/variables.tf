variable "name" {
  description = "The function's name, which its role and its log group have too."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,63}$", var.name))
    error_message = "A function's name has at most 64 lower-case letters, digits and hyphens."
  }
}

variable "description" {
  description = "What it does, in a sentence."
  type        = string

  validation {
    condition     = length(var.description) > 0 && length(var.description) <= 256
    error_message = "Lambda takes up to 256 characters."
  }
}

variable "handler" {
  description = "Its entry point in the zip, as a dotted path."
  type        = string

  validation {
    condition     = can(regex("^[a-z_]+(\\.[a-z_]+)+$", var.handler))
    error_message = "An entry point looks like functions.api.handler.handler."
  }
}

variable "package" {
  description = "The zip with its code."
  type        = string

  validation {
    condition     = endswith(var.package, ".zip")
    error_message = "Code comes as a zip."
  }
}

variable "arch" {
  description = "The processors that the zip was built for."
  type        = string

  validation {
    condition     = contains(["arm64", "x86_64"], var.arch)
    error_message = "Lambda knows arm64 and x86_64."
  }
}

variable "memory_mb" {
  description = "Its memory; the share of a processor grows with it."
  type        = number

  validation {
    condition     = var.memory_mb >= 128 && var.memory_mb <= 10240
    error_message = "Between 128 and 10240 MB."
  }
}

variable "timeout_s" {
  description = "How long a call may take."
  type        = number

  validation {
    condition     = var.timeout_s >= 1 && var.timeout_s <= 900
    error_message = "Between 1 and 900 s."
  }
}

variable "environment" {
  description = "Its environment variables. Not for secrets."
  type        = map(string)

  validation {
    condition     = alltrue([for name in keys(var.environment) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "Names of variables are upper-case letters, digits and underscores."
  }
}

variable "grants" {
  description = "What its role allows, beside writing its own log: statements of a policy."
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
    error_message = "A grant names its actions and its resources, each one."
  }
}

variable "log_retention_days" {
  description = "For how many days its log is kept."
  type        = number

  validation {
    condition     = var.log_retention_days >= 1
    error_message = "A day at the least."
  }
}

variable "kms_key_arn" {
  description = "The key for its log and its environment."
  type        = string

  validation {
    condition     = can(regex("^arn:", var.kms_key_arn))
    error_message = "A key is named by its ARN."
  }
}

variable "alarm_actions" {
  description = "The SNS topics that its alarms tell."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for action in var.alarm_actions : can(regex("^arn:", action))])
    error_message = "Topics are named by their ARNs."
  }
}
