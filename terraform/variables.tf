# Where, and under which name

variable "region" {
  description = "The AWS region that everything is in."
  type        = string
  default     = "us-east-1"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "A region looks like us-east-1."
  }
}

variable "name_prefix" {
  description = "The prefix of every resource's name: functions are called <prefix>-planner and so on."
  type        = string
  default     = "alex"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9]|-[a-z0-9]){0,20}$", var.name_prefix)) && length(var.name_prefix) <= 21
    error_message = "A prefix has at most 21 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "tags" {
  description = "Tags of every resource, beside Project and ManagedBy."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(var.tags) <= 40 && alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:")])
    error_message = "There may be 40 tags, and the prefix aws: is AWS's own."
  }
}

# The functions

variable "arch" {
  description = "The processors that the functions run on; the zips must have been built for it."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.arch)
    error_message = "Lambda knows arm64 and x86_64."
  }
}

variable "packages_dir" {
  description = "The folder that holds <arch>/<function>.zip; null is build/ at the top of the repository, where package_docker.py puts them."
  type        = string
  default     = null

  validation {
    condition     = var.packages_dir == null || try(length(var.packages_dir) > 0, false)
    error_message = "Name a folder, or leave it out."
  }
}

variable "enable_progress_tracking" {
  description = "Whether jobs record their progress. Off, nothing is written for it."
  type        = bool
  default     = false
}

variable "price_source" {
  description = "Where prices are refreshed from with each job: none, or fmp (Financial Modeling Prep)."
  type        = string
  default     = "none"

  validation {
    condition     = contains(["none", "fmp"], var.price_source)
    error_message = "The price source is none or fmp."
  }

  validation {
    condition     = (var.price_source == "none") == (var.price_secret_arn == "")
    error_message = "A price source needs price_secret_arn, and nothing else does."
  }
}

variable "price_source_url" {
  description = "Another address that answers as Financial Modeling Prep's batch quote does; empty: its own. It is sent the key."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^https://[^/?#]+/[^?#]*$|^$", var.price_source_url))
    error_message = "An address is https, with a path and without a query: https://prices.example.com/batch-quote."
  }

  validation {
    condition     = var.price_source_url == "" || var.price_source != "none"
    error_message = "price_source_url says where price_source is, and there is none."
  }
}

variable "price_secret_arn" {
  description = "The secret of yours that holds the key of the price source as plain text, encrypted with the account's default key."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+$|^$", var.price_secret_arn))
    error_message = "Give the ARN of a secret, or leave it out."
  }
}

variable "bedrock_model_id" {
  description = "The Bedrock model, or inference profile, that words the texts; empty: the texts come from templates, and no function may call a model."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)?[a-z0-9-]+\\.[A-Za-z0-9.:-]+$|^$", var.bedrock_model_id))
    error_message = "A model id looks like amazon.nova-pro-v1:0, an inference profile like us.amazon.nova-pro-v1:0."
  }
}

variable "model_price" {
  description = "What a million tokens of the model cost in US dollars, input/output, for the estimated cost of each analysis; empty: the list price, where it is known (functions/shared/narration/prices.py)."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^[0-9]+(\\.[0-9]+)?/[0-9]+(\\.[0-9]+)?$|^$", var.model_price))
    error_message = "Two prices look like 0.80/3.20."
  }
}

variable "model_silence_s" {
  description = "After how many seconds without a word from it the model is given up, and templates word the texts; null: as functions/shared/narration/settings.py has it."
  type        = number
  default     = null

  validation {
    condition     = var.model_silence_s == null || try(var.model_silence_s >= 1 && var.model_silence_s <= 60, false)
    error_message = "Between 1 and 60 s."
  }
}

variable "model_patience_s" {
  description = "How many seconds the model has in all to word a text, its second try included; null: as functions/shared/narration/settings.py has it."
  type        = number
  default     = null

  validation {
    condition     = var.model_patience_s == null || try(var.model_patience_s >= 1 && var.model_patience_s <= 150, false)
    error_message = "Between 1 and 150 s: the agents' own 180 s have to leave time to write the text down."
  }
}

variable "planner_concurrency" {
  description = "How many jobs are planned at a time. Each runs up to three agents, and a new account has ten concurrent executions in all."
  type        = number
  default     = 2

  validation {
    condition     = var.planner_concurrency >= 2 && var.planner_concurrency <= 1000 && floor(var.planner_concurrency) == var.planner_concurrency
    error_message = "SQS invokes between 2 and 1000 functions at a time."
  }
}

variable "extra_environment" {
  description = "Variables for every function, beside its own; never a secret. AWS_ENDPOINT_URL and its kin send the functions to other endpoints than AWS's public ones."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.extra_environment) : can(regex("^[A-Z][A-Z0-9_]*$", name))])
    error_message = "Names of variables are upper-case letters, digits and underscores."
  }
}

# The queues

variable "visibility_timeout_factor" {
  description = "A message that a consumer took is hidden for this many times its timeout. AWS advises 6: a throttled function is tried again for so long before it counts as a delivery."
  type        = number
  default     = 6

  validation {
    condition     = var.visibility_timeout_factor >= 1 && var.visibility_timeout_factor <= 48
    error_message = "Below 1, Lambda refuses the queue; above 48, a function of 15 minutes would exceed SQS's 12 hours."
  }
}
