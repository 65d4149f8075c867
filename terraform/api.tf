# The HTTP API. The api function handles every route. With `cors_origins`, API Gateway responds to preflight requests and
# adds the CORS headers to every response, including its own 401, 413 and 429; it ignores those of an integration
# ("Configure CORS for HTTP APIs in API Gateway"). The OPTIONS route keeps requests without a token from the authorizer.

locals {
  signed_in_routes = toset(["ANY /api/{proxy+}", "ANY /mcp"])
  open_routes      = toset(["OPTIONS /api/{proxy+}", "OPTIONS /mcp", "GET /api/sample", "$default"])
}

# API Gateway's own responses (401, 404, 413, 429, 431) lack the function's security headers, and only a REST API
# could change them. If you need them, put CloudFront with a response headers policy in front.
resource "aws_apigatewayv2_api" "this" {
  name          = var.name_prefix
  description   = "Starts portfolio analyses and reports their progress."
  protocol_type = "HTTP"

  dynamic "cors_configuration" {
    for_each = length(var.cors_origins) > 0 ? [local.manifest.cors] : []

    content {
      allow_origins  = var.cors_origins
      allow_methods  = cors_configuration.value.allow_methods
      allow_headers  = cors_configuration.value.allow_headers
      expose_headers = cors_configuration.value.expose_headers
      max_age        = cors_configuration.value.max_age_s
    }
  }
}

resource "aws_apigatewayv2_authorizer" "jwt" {
  api_id           = aws_apigatewayv2_api.this.id
  name             = var.name_prefix
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    issuer   = local.issuer
    audience = local.audience
  }
}

resource "aws_apigatewayv2_integration" "api" {
  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = module.function["api"].invoke_arn
  payload_format_version = "2.0"
}

resource "aws_apigatewayv2_route" "signed_in" {
  for_each = local.signed_in_routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.api.id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.jwt.id
}

resource "aws_apigatewayv2_route" "open" {
  # checkov:skip=CKV_AWS_309:browsers send preflight requests without a token, and $default serves the page, its configuration, /health and the documentation to anyone, as does GET /api/sample; every other route below /api/ has the authorizer, and the function checks the claims again
  for_each = local.open_routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.key
  target             = "integrations/${aws_apigatewayv2_integration.api.id}"
  authorization_type = "NONE"
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    throttling_rate_limit  = var.throttling_rate
    throttling_burst_limit = var.throttling_burst
  }

  # Without tokens and query strings, which may contain personal data
  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format = jsonencode({
      requestId        = "$context.requestId"
      requestTime      = "$context.requestTime"
      routeKey         = "$context.routeKey"
      path             = "$context.path"
      status           = "$context.status"
      responseLength   = "$context.responseLength"
      responseLatency  = "$context.responseLatency"
      sourceIp         = "$context.identity.sourceIp"
      authorizerError  = "$context.authorizer.error"
      integrationError = "$context.integrationErrorMessage"
    })
  }
}

# AWS limits log resource policies to ten per account; groups under /aws/vendedlogs do not need their own policy
# statement
resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/vendedlogs/apigateway/${var.name_prefix}"
  retention_in_days = var.log_retention_days
  kms_key_id        = local.kms_key_arn
}

resource "aws_lambda_permission" "api" {
  statement_id  = "ApiGateway"
  action        = "lambda:InvokeFunction"
  function_name = module.function["api"].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*"
}
