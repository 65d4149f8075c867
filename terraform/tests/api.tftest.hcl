# Who gets in, and how often.

mock_provider "aws" {
  source = "./tests/mocks"
}

run "routes_below_api_want_a_token_and_preflight_requests_do_not" {
  assert {
    condition     = aws_apigatewayv2_route.signed_in.route_key == "ANY /api/{proxy+}" && aws_apigatewayv2_route.signed_in.authorization_type == "JWT"
    error_message = "Everything below /api is signed in."
  }

  assert {
    condition     = keys(aws_apigatewayv2_route.open) == ["$default", "OPTIONS /api/{proxy+}"]
    error_message = "Nothing else is open."
  }

  assert {
    condition     = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit == 50 && aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit == 100
    error_message = "Requests are throttled."
  }

  assert {
    condition     = !strcontains(aws_apigatewayv2_stage.this.access_log_settings[0].format, "uthorization") && strcontains(aws_apigatewayv2_stage.this.access_log_settings[0].format, "context.requestId")
    error_message = "The access log has ids, and no tokens."
  }
}

run "cognito_signs_people_in" {
  assert {
    condition     = aws_apigatewayv2_authorizer.jwt.jwt_configuration[0].issuer == "https://cognito-idp.us-east-1.amazonaws.com/${aws_cognito_user_pool.this[0].id}"
    error_message = "Its pool is the issuer."
  }

  assert {
    condition     = !aws_cognito_user_pool_client.this[0].generate_secret && aws_cognito_user_pool_client.this[0].allowed_oauth_flows == toset(["code"]) && contains(aws_cognito_user_pool_client.this[0].explicit_auth_flows, "ALLOW_USER_PASSWORD_AUTH")
    error_message = "A public client: the code flow with PKCE for browsers, the password for scripts, never the implicit flow."
  }

  assert {
    condition     = aws_cognito_user_pool.this[0].admin_create_user_config[0].allow_admin_create_user_only && aws_cognito_user_pool.this[0].deletion_protection == "ACTIVE"
    error_message = "Nobody signs up by himself, and nobody deletes the pool by accident."
  }
}

run "or_an_issuer_of_yours" {
  variables {
    jwt_issuer   = "https://login.example.com/"
    jwt_audience = ["alex"]
  }

  assert {
    condition     = length(aws_cognito_user_pool.this) == 0 && aws_apigatewayv2_authorizer.jwt.jwt_configuration[0].issuer == "https://login.example.com/" && aws_apigatewayv2_authorizer.jwt.jwt_configuration[0].audience == toset(["alex"])
    error_message = "There is no pool then."
  }

  assert {
    condition     = output.user_pool_id == null && !strcontains(output.next_steps, "cognito")
    error_message = "And nobody is sent to one."
  }
}

run "progress_tracking_is_off_unless_it_is_switched_on" {
  assert {
    condition     = local.environment["planner"].ENABLE_PROGRESS_TRACKING == "false" && local.environment["api"].ENABLE_PROGRESS_TRACKING == "false"
    error_message = "Off by default."
  }
}

run "switched_on_planner_and_api_know" {
  variables {
    enable_progress_tracking = true
    cors_origins             = ["https://app.example.com", "http://localhost:3000"]
  }

  assert {
    condition     = local.environment["planner"].ENABLE_PROGRESS_TRACKING == "true" && local.environment["api"].ENABLE_PROGRESS_TRACKING == "true"
    error_message = "The planner's decides, the api's tells."
  }

  assert {
    condition     = local.environment["api"].CORS_ORIGINS == "https://app.example.com,http://localhost:3000" && !contains(keys(local.environment["planner"]), "CORS_ORIGINS")
    error_message = "Only the api function answers browsers."
  }
}

run "another_prefix_names_everything" {
  variables {
    name_prefix = "alex-two"
  }

  assert {
    condition     = output.function_names["planner"] == "alex-two-planner" && aws_rds_cluster.this.cluster_identifier == "alex-two" && output.log_groups["api"] == "/aws/lambda/alex-two-api"
    error_message = "Two deployments live in one account."
  }
}
