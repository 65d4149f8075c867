# Access to the API: sign-in, throttling, CORS and the progress flag.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "requests_need_a_token_of_the_user_pool_and_tracking_is_off" {
  assert {
    condition     = keys(aws_apigatewayv2_route.signed_in) == ["ANY /api/{proxy+}", "ANY /mcp"] && alltrue([for route in values(aws_apigatewayv2_route.signed_in) : route.authorization_type == "JWT"])
    error_message = "Everything below /api needs a token, and so does /mcp."
  }

  assert {
    condition     = keys(aws_apigatewayv2_route.open) == ["$default", "GET /api/sample", "OPTIONS /api/{proxy+}", "OPTIONS /mcp"]
    error_message = "Preflight requests come without a token; the sample is public; $default is the page and the documentation."
  }

  assert {
    condition     = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit >= 200 / 2 + 200 * 20 / 60 && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit >= 2 * 200
    error_message = "200 people who poll every 2 s, each with 20 more requests a minute, are not throttled, even if all of them send two requests at once."
  }

  assert {
    condition     = !strcontains(aws_apigatewayv2_stage.this.access_log_settings[0].format, "uthorization") && strcontains(aws_apigatewayv2_stage.this.access_log_settings[0].format, "context.requestId")
    error_message = "The access log has request ids and no tokens."
  }

  assert {
    condition     = aws_apigatewayv2_authorizer.jwt.jwt_configuration[0].issuer == "https://cognito-idp.us-east-1.amazonaws.com/${aws_cognito_user_pool.this[0].id}"
    error_message = "The user pool is the issuer."
  }

  assert {
    condition     = !aws_cognito_user_pool_client.this[0].generate_secret && aws_cognito_user_pool_client.this[0].allowed_oauth_flows == toset(["code"]) && aws_cognito_user_pool_client.this[0].explicit_auth_flows == toset(["ALLOW_REFRESH_TOKEN_AUTH"]) && aws_cognito_user_pool_client.this[0].enable_token_revocation
    error_message = "The page's client is public: authorization code with PKCE, no password and no implicit flow, tokens that can be revoked."
  }

  assert {
    condition     = aws_cognito_user_pool_client.operators[0].explicit_auth_flows == toset(["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]) && length(aws_cognito_user_pool_client.operators[0].callback_urls) == 0
    error_message = "Scripts sign in with a password and AWS credentials only."
  }

  assert {
    condition     = aws_cognito_user_pool.this[0].mfa_configuration == "OPTIONAL" && aws_cognito_user_pool.this[0].software_token_mfa_configuration[0].enabled
    error_message = "People may add an authenticator app."
  }

  assert {
    condition     = aws_cognito_user_pool_client.this[0].callback_urls == toset(["${aws_apigatewayv2_api.this.api_endpoint}/"])
    error_message = "Sign-in redirects to the page only, and to localhost only if a variable names it."
  }

  assert {
    condition     = aws_cognito_user_pool.this[0].admin_create_user_config[0].allow_admin_create_user_only && aws_cognito_user_pool.this[0].deletion_protection == "ACTIVE"
    error_message = "Administrators create users, and AWS refuses to delete the pool."
  }

  assert {
    condition     = local.environment["planner"].ENABLE_PROGRESS_TRACKING == "false" && local.environment["api"].ENABLE_PROGRESS_TRACKING == "false"
    error_message = "Off in both functions."
  }
}

run "people_sign_in_with_your_issuer" {
  command = plan

  variables {
    jwt_issuer   = "https://login.example.com/"
    jwt_audience = ["alex"]
  }

  assert {
    condition     = length(aws_cognito_user_pool.this) == 0 && aws_apigatewayv2_authorizer.jwt.jwt_configuration[0].issuer == "https://login.example.com/" && aws_apigatewayv2_authorizer.jwt.jwt_configuration[0].audience == toset(["alex"])
    error_message = "No user pool is created."
  }

  assert {
    condition     = output.user_pool_id == null && !strcontains(output.next_steps, "cognito")
    error_message = "Nothing refers to a user pool."
  }
}

run "prefix_flag_and_cors_origins_are_applied" {
  command = plan

  variables {
    name_prefix              = "alex-two"
    enable_progress_tracking = true
    cors_origins             = ["https://app.example.com", "http://localhost:3000"]
  }

  assert {
    condition     = local.environment["planner"].ENABLE_PROGRESS_TRACKING == "true" && local.environment["api"].ENABLE_PROGRESS_TRACKING == "true"
    error_message = "The planner's setting decides, the api's is reported."
  }

  assert {
    condition     = one(aws_apigatewayv2_api.this.cors_configuration).allow_origins == toset(["https://app.example.com", "http://localhost:3000"]) && contains(one(aws_apigatewayv2_api.this.cors_configuration).allow_headers, "Idempotency-Key")
    error_message = "API Gateway adds the CORS headers, so that its own errors have them."
  }

  assert {
    condition     = output.function_names["planner"] == "alex-two-planner" && aws_rds_cluster.this.cluster_identifier == "alex-two" && output.log_groups["api"] == "/aws/lambda/alex-two-api"
    error_message = "Two deployments can share an account."
  }
}
