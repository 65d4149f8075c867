# A Cognito user pool, unless jwt_issuer names another issuer.

locals {
  own_issuer = var.jwt_issuer != null
  issuer     = local.own_issuer ? var.jwt_issuer : "https://cognito-idp.${var.region}.amazonaws.com/${aws_cognito_user_pool.this[0].id}"
  audience   = local.own_issuer ? var.jwt_audience : [aws_cognito_user_pool_client.this[0].id, aws_cognito_user_pool_client.operators[0].id]

  # Sign-in redirects back to the page, which the API serves
  callback_urls = distinct(concat(["${aws_apigatewayv2_api.this.api_endpoint}/"], var.sign_in_callback_urls))
  sign_in_url   = local.own_issuer ? "" : "https://${aws_cognito_user_pool_domain.this[0].domain}.auth.${var.region}.amazoncognito.com"
}

resource "aws_cognito_user_pool" "this" {
  count = local.own_issuer ? 0 : 1

  name                     = var.name_prefix
  username_attributes      = ["email"]
  auto_verified_attributes = ["email"]
  deletion_protection      = var.deletion_protection ? "ACTIVE" : "INACTIVE"

  # People can add an authenticator app, whose code is then required. Text messages would cost money and can be
  # redirected
  mfa_configuration = "OPTIONAL"

  software_token_mfa_configuration {
    enabled = true
  }

  admin_create_user_config {
    allow_admin_create_user_only = !var.allow_sign_up
  }

  password_policy {
    minimum_length                   = 12
    require_lowercase                = true
    require_uppercase                = true
    require_numbers                  = true
    require_symbols                  = false
    temporary_password_validity_days = 7
  }

  account_recovery_setting {
    recovery_mechanism {
      name     = "verified_email"
      priority = 1
    }
  }
}

# The page's client: authorization code with PKCE at Cognito's own sign-in page, because a browser can't keep a
# secret. There is no password flow, which would let any program guess passwords without that page
resource "aws_cognito_user_pool_client" "this" {
  count = local.own_issuer ? 0 : 1

  name                                 = var.name_prefix
  user_pool_id                         = aws_cognito_user_pool.this[0].id
  generate_secret                      = false
  explicit_auth_flows                  = ["ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors        = "ENABLED"
  enable_token_revocation              = true
  supported_identity_providers         = ["COGNITO"]
  allowed_oauth_flows_user_pool_client = true
  allowed_oauth_flows                  = ["code"]
  allowed_oauth_scopes                 = ["openid", "email", "profile"]
  callback_urls                        = local.callback_urls
  logout_urls                          = local.callback_urls
  access_token_validity                = 1
  id_token_validity                    = 1
  refresh_token_validity               = 30

  token_validity_units {
    access_token  = "hours"
    id_token      = "hours"
    refresh_token = "days"
  }
}

# For scripts: a password flow that also requires AWS credentials (AdminInitiateAuth), so it is not open to the public
resource "aws_cognito_user_pool_client" "operators" {
  count = local.own_issuer ? 0 : 1

  name                          = "${var.name_prefix}-operators"
  user_pool_id                  = aws_cognito_user_pool.this[0].id
  generate_secret               = false
  explicit_auth_flows           = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  prevent_user_existence_errors = "ENABLED"
  enable_token_revocation       = true
  access_token_validity         = 1
  id_token_validity             = 1
  refresh_token_validity        = 1

  token_validity_units {
    access_token  = "hours"
    id_token      = "hours"
    refresh_token = "days"
  }
}

resource "aws_cognito_user_pool_domain" "this" {
  count = local.own_issuer ? 0 : 1

  domain       = coalesce(var.sign_in_domain, "${var.name_prefix}-${local.account}")
  user_pool_id = aws_cognito_user_pool.this[0].id
}
