# HTTP API

variable "cors_origins" {
  description = "Exact origins of other pages that may call the API, such as https://app.example.com. Empty: no CORS headers."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for origin in var.cors_origins : can(regex("^https?://[A-Za-z0-9.-]+(:[0-9]+)?$", origin))])
    error_message = "An origin is a scheme and a host without path or wildcard, such as https://app.example.com."
  }
}

variable "enable_documentation" {
  description = "Whether the API serves its OpenAPI document and Swagger UI, to anyone, at /openapi.json and /docs."
  type        = bool
  default     = true
}

# Sign-in

variable "jwt_issuer" {
  description = "Your OIDC issuer, exactly as in the `iss` claim of its tokens. Null: a Cognito user pool is created."
  type        = string
  default     = null

  validation {
    condition     = var.jwt_issuer == null || can(regex("^https://[^/?#]+[^?#]*$", var.jwt_issuer))
    error_message = "Must be an https URL without a query."
  }
}

variable "jwt_audience" {
  description = "Values of `aud` (or `client_id`) to accept in tokens of your issuer. Cognito's client needs no entry."
  type        = list(string)
  default     = []

  validation {
    condition     = (var.jwt_issuer == null) == (length(var.jwt_audience) == 0)
    error_message = "Set jwt_issuer and jwt_audience together."
  }
}

variable "sign_in_callback_urls" {
  description = "Additional addresses that Cognito's sign-in page may redirect to with the code, such as http://localhost:3000 for a page under development. The API's own address is always included."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for url in var.sign_in_callback_urls : can(regex("^(https://|http://localhost[:/])", url))])
    error_message = "Each must be https, except on localhost."
  }
}

variable "sign_in_client_id" {
  description = "The page's client id at your issuer, registered with the API's address as its redirect URI. Null: the first of jwt_audience. Not used with Cognito."
  type        = string
  default     = null

  validation {
    condition     = var.sign_in_client_id == null || var.jwt_issuer != null
    error_message = "sign_in_client_id needs a jwt_issuer."
  }
}

variable "sign_in_scope" {
  description = "Scopes that the page requests. Many issuers return a refresh token only for offline_access; Cognito always does."
  type        = string
  default     = "openid email profile"

  validation {
    condition     = contains(split(" ", var.sign_in_scope), "openid")
    error_message = "Must be scopes separated by spaces, openid among them."
  }
}

variable "sign_in_domain" {
  description = "First label of the sign-in page's host name, which must be unique in the region. Null: <prefix>-<account>."
  type        = string
  default     = null

  validation {
    condition     = var.sign_in_domain == null || can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.sign_in_domain))
    error_message = "Must have at most 63 lowercase letters, digits and hyphens, without a hyphen at either end."
  }
}

variable "allow_sign_up" {
  description = "Whether anyone may sign up in the Cognito user pool. If false, an administrator creates users."
  type        = bool
  default     = false
}
