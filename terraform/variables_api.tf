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
