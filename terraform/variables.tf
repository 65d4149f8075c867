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

# The HTTP API

variable "cors_origins" {
  description = "The exact origins whose pages may call the API, such as https://app.example.com; none: no CORS headers."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^https?://[A-Za-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "An origin is a scheme and a host, without path or wildcard: https://app.example.com."
  }
}

variable "throttling_rate" {
  description = "Requests a second that the API takes on average, of all users."
  type        = number
  default     = 50

  validation {
    condition     = var.throttling_rate >= 1 && var.throttling_rate <= 10000
    error_message = "Between 1 and API Gateway's own limit of 10000."
  }
}

variable "throttling_burst" {
  description = "Requests that the API takes at once, of all users."
  type        = number
  default     = 100

  validation {
    condition     = var.throttling_burst >= 1 && var.throttling_burst <= 5000
    error_message = "Between 1 and API Gateway's own limit of 5000."
  }
}

# Sign-in

variable "jwt_issuer" {
  description = "An OIDC issuer of yours, exactly as the `iss` of its tokens says it; null: a Cognito user pool is made."
  type        = string
  default     = null

  validation {
    condition     = var.jwt_issuer == null || can(regex("^https://[^/?#]+[^?#]*$", var.jwt_issuer))
    error_message = "An issuer is an https URL without query."
  }
}

variable "jwt_audience" {
  description = "Of tokens of your issuer, the `aud` (or `client_id`) to accept. Cognito's client is known by itself."
  type        = list(string)
  default     = []

  validation {
    condition     = (var.jwt_issuer == null) == (length(var.jwt_audience) == 0)
    error_message = "jwt_issuer and jwt_audience go together."
  }
}

variable "sign_in_callback_urls" {
  description = "Where Cognito's sign-in page may send people back to, with the code; the page at the API's own address always."
  type        = list(string)
  default     = ["http://localhost:3000"]

  validation {
    condition     = length(var.sign_in_callback_urls) > 0 && alltrue([for url in var.sign_in_callback_urls : can(regex("^(https://|http://localhost[:/])", url))])
    error_message = "There must be one at the least, and each https, except on localhost."
  }
}

variable "sign_in_client_id" {
  description = "The client that the page is at an issuer of yours, with the API's own address as its redirect URI; null: the first of jwt_audience. Cognito's is known by itself."
  type        = string
  default     = null

  validation {
    condition     = var.sign_in_client_id == null || var.jwt_issuer != null
    error_message = "Only an issuer of yours needs to be told its client."
  }
}

variable "sign_in_scope" {
  description = "The scopes that the page asks its issuer for. Many issuers hand out a token to renew the sign-in only for offline_access; Cognito does so by itself."
  type        = string
  default     = "openid email profile"

  validation {
    condition     = contains(split(" ", var.sign_in_scope), "openid")
    error_message = "Scopes are separated by spaces, and openid is one of them."
  }
}

variable "sign_in_domain" {
  description = "The first part of the sign-in page's address, which must be free in the whole region; null: <prefix>-<account>."
  type        = string
  default     = null

  validation {
    condition     = var.sign_in_domain == null || can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.sign_in_domain))
    error_message = "A domain's part has at most 63 lower-case letters, digits and hyphens."
  }
}

variable "allow_sign_up" {
  description = "Whether anyone may make a user of the Cognito pool; otherwise its administrator does."
  type        = bool
  default     = false
}

# The database

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
