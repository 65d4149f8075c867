# Concurrency, quotas per user, and throttling

variable "planner_concurrency" {
  description = "Maximum number of jobs that run at the same time. Each takes up to four concurrent executions: the planner and three agents. A new account has ten. Null: the default in functions/functions.yaml."
  type        = number
  default     = null

  validation {
    condition     = var.planner_concurrency == null || try(var.planner_concurrency >= 2 && var.planner_concurrency <= 1000 && floor(var.planner_concurrency) == var.planner_concurrency, false)
    error_message = "Must be an integer between 2 and 1000, the range of an SQS event source mapping."
  }
}

variable "max_concurrent_jobs" {
  description = "Jobs that one user may have queued or running at the same time. Null: the default in functions/functions.yaml."
  type        = number
  default     = null

  validation {
    condition     = var.max_concurrent_jobs == null || try(var.max_concurrent_jobs >= 1 && floor(var.max_concurrent_jobs) == var.max_concurrent_jobs, false)
    error_message = "Must be an integer of at least 1."
  }
}

variable "max_jobs_a_day" {
  description = "Jobs that one user may start per day (UTC), retries included. With the price of a report, it limits what a user can spend. Null: the default in functions/functions.yaml."
  type        = number
  default     = null

  validation {
    condition     = var.max_jobs_a_day == null || try(var.max_jobs_a_day >= 1 && floor(var.max_jobs_a_day) == var.max_jobs_a_day, false)
    error_message = "Must be an integer of at least 1."
  }
}

variable "throttling_rate" {
  description = "Requests per second that the API accepts on average, from all users together. README.md explains the default."
  type        = number
  default     = 200

  validation {
    condition     = var.throttling_rate >= 1 && var.throttling_rate <= 10000
    error_message = "Must be between 1 and API Gateway's default quota of 10000."
  }
}

variable "throttling_burst" {
  description = "Requests that the API accepts at once above the average rate, from all users together. README.md explains the default."
  type        = number
  default     = 400

  validation {
    condition     = var.throttling_burst >= 1 && var.throttling_burst <= 5000 && floor(var.throttling_burst) == var.throttling_burst
    error_message = "Must be an integer between 1 and API Gateway's default quota of 5000."
  }
}
