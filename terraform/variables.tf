# Location and names

variable "region" {
  description = "AWS region of the deployment."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "Must be a region, such as us-east-1."
  }
}

variable "name_prefix" {
  description = "Prefix of every resource name: <prefix>-planner and so on."
  type        = string
  default     = "alex"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,20}$", var.name_prefix)) && length(var.name_prefix) <= 21
    error_message = "A prefix has at most 21 lowercase letters, digits and single hyphens, and starts with a letter."
  }
}

variable "tags" {
  description = "Tags of every resource, in addition to Project and ManagedBy."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.tags) <= 40 && alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:")])
    error_message = "At most 40 tags, without the prefix aws:, which AWS reserves."
  }
}

# Functions

variable "arch" {
  description = "Instruction set of the functions. The zips must be built for it."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.arch)
    error_message = "Lambda supports arm64 and x86_64."
  }
}

variable "packages_dir" {
  description = "Folder with <arch>/<function>.zip. Null: build/ at the top of the repository, where package_docker.py writes them."
  type        = string
  default     = null

  validation {
    condition     = var.packages_dir == null || try(length(var.packages_dir) > 0, false)
    error_message = "Must be a folder, or null."
  }
}

variable "enable_progress_tracking" {
  description = "Whether jobs record their progress. If false, nothing is written for it."
  type        = bool
  default     = false
}

variable "price_source" {
  description = "Source of the prices that each job refreshes: none, or fmp (Financial Modeling Prep)."
  type        = string
  default     = "none"

  validation {
    condition     = contains(["none", "fmp"], var.price_source)
    error_message = "Must be none or fmp."
  }

  validation {
    condition     = (var.price_source == "none") == (var.price_secret_arn == "")
    error_message = "Set price_secret_arn if, and only if, there is a price source."
  }
}

variable "price_source_url" {
  description = "URL of a server with the same interface as Financial Modeling Prep's batch quotes. It receives the key. Empty: Financial Modeling Prep's own URL."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^https://[^/?#]+/[^?#]*$|^$", var.price_source_url))
    error_message = "Must be an https URL with a path and without a query, such as https://prices.example.com/batch-quote."
  }

  validation {
    condition     = var.price_source_url == "" || var.price_source != "none"
    error_message = "price_source_url needs a price_source."
  }
}

variable "price_secret_arn" {
  description = "ARN of your secret with the price source's API key as plain text, encrypted with the account's default key."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$|^$", var.price_secret_arn))
    error_message = "Must be the ARN of a secret, or empty."
  }
}

variable "bedrock_model_id" {
  description = "Bedrock model, or inference profile, that writes the prose. Empty: templates write it, and no function may call a model."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)?[a-z0-9-]+\\.[A-Za-z0-9.:-]+$|^$", var.bedrock_model_id))
    error_message = "Must be a model id, such as amazon.nova-pro-v1:0, or an inference profile, such as us.amazon.nova-pro-v1:0."
  }
}

variable "model_price" {
  description = "Price of a million input and output tokens in US dollars, for the cost estimate of each analysis. Empty: the list price, if functions/shared/narration/model_prices.py has it."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)?/[0-9]+(\\.[0-9]+)?$|^$", var.model_price))
    error_message = "Must be two prices, such as 0.80/3.20."
  }
}

variable "model_output" {
  description = "How the model is made to respond with JSON: schema (Converse's outputConfig), tool (a forced tool), or text (the prompt alone). Empty: the strictest way that its family is documented to support."
  type        = string
  default     = ""

  validation {
    condition     = contains(["", "schema", "tool", "text"], var.model_output)
    error_message = "Must be schema, tool, text, or empty."
  }
}

variable "model_silence_s" {
  description = "Seconds of silence after which templates replace the model. Null: the default in functions/shared/narration/settings.py."
  type        = number
  default     = null

  validation {
    condition     = var.model_silence_s == null || try(var.model_silence_s >= 1 && var.model_silence_s <= 60, false)
    error_message = "Must be between 1 and 60 s."
  }
}

variable "model_time_limit_s" {
  description = "Seconds in which the model must finish a text, its second try included. Null: the default in functions/shared/narration/settings.py."
  type        = number
  default     = null

  validation {
    condition     = var.model_time_limit_s == null || try(var.model_time_limit_s >= 1 && var.model_time_limit_s <= 150, false)
    error_message = "Must be between 1 and 150 s: an agent has 180 s in all and must still commit its section."
  }
}

variable "extra_environment" {
  description = "Environment variables for every function, in addition to its own; never a secret. AWS_ENDPOINT_URL and similar variables replace AWS's public endpoints."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.extra_environment) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "Variable names consist of uppercase letters, digits and underscores, and start with a letter."
  }
}
