output "region" {
  description = "Where all this is."
  value       = var.region
}

output "name_prefix" {
  description = "The prefix of every resource's name."
  value       = var.name_prefix
}

output "api_url" {
  description = "The address of the HTTP API."
  value       = local.api_url
}

output "page_url" {
  description = "The page where people start and watch analyses."
  value       = "${local.api_url}/"
}

output "api_id" {
  description = "The HTTP API's id."
  value       = aws_apigatewayv2_api.this.id
}

output "jwt_issuer" {
  description = "Whose tokens the API takes."
  value       = local.issuer
}

output "user_pool_id" {
  description = "The Cognito user pool; null with an issuer of yours."
  value       = local.user_pool_id
}

output "user_pool_client_id" {
  description = "The client to sign in with; null with an issuer of yours."
  value       = local.user_pool_client_id
}

output "sign_in_url" {
  description = "Cognito's sign-in page, which takes the parameters of the OAuth code flow with PKCE; null with an issuer of yours."
  value       = local.own_issuer ? null : "${local.sign_in_url}/oauth2/authorize"
}

output "function_names" {
  description = "The functions by their names in the table."
  value       = merge({ for name, function in module.function : name => function.name }, { migrator = module.migrator.name })
}

output "log_groups" {
  description = "The log groups of the functions by their names in the table, of the API (`access`), of the database and of its network."
  value = merge(
    { for name, function in module.function : name => function.log_group },
    {
      migrator = module.migrator.log_group
      access   = aws_cloudwatch_log_group.access.name
      database = aws_cloudwatch_log_group.database.name
      network  = aws_cloudwatch_log_group.network.name
    },
  )
}

output "queue_urls" {
  description = "The queues by their names in the table."
  value       = { for name, queue in aws_sqs_queue.this : name => queue.url }
}

output "dead_letter_queue_urls" {
  description = "Their dead-letter queues, by the same names."
  value       = { for name, queue in aws_sqs_queue.dead : name => queue.url }
}

output "cluster_arn" {
  description = "The database cluster, for the RDS Data API."
  value       = aws_rds_cluster.this.arn
}

output "database" {
  description = "The database's name."
  value       = aws_rds_cluster.this.database_name
}

output "secret_arn" {
  description = "The secret of the functions' database user, which may read and change rows."
  value       = aws_secretsmanager_secret.application.arn
}

output "owner_secret_arn" {
  description = "The secret of the database's owner, for migrations by hand."
  value       = local.master_secret_arn
}

output "bedrock_model_id" {
  description = "The model that words the texts; empty when templates do."
  value       = var.bedrock_model_id
}

output "bedrock_model_arn" {
  description = "What the functions' roles allow to call: the model, or the inference profile; null without one."
  value       = local.has_model ? local.model_arn : null
}

output "dashboard_url" {
  description = "The dashboard in the AWS console."
  value       = "https://${var.region}.console.aws.amazon.com/cloudwatch/home?region=${var.region}#dashboards/dashboard/${aws_cloudwatch_dashboard.this.dashboard_name}"
}

output "next_steps" {
  description = "What to run next, at the top of the repository. Each line can be pasted; YOU@EXAMPLE.COM and PASSWORD are yours to choose."
  value = join("\n", concat(
    local.own_issuer ? ["# TOKEN is one of your issuer's."] : [
      "# A first user, and a token of his:",
      "aws cognito-idp admin-create-user --region ${var.region} --user-pool-id ${local.user_pool_id} --username YOU@EXAMPLE.COM --message-action SUPPRESS",
      "aws cognito-idp admin-set-user-password --region ${var.region} --user-pool-id ${local.user_pool_id} --username YOU@EXAMPLE.COM --permanent --password 'PASSWORD'",
      "TOKEN=$(aws cognito-idp initiate-auth --region ${var.region} --client-id ${local.user_pool_client_id} --auth-flow USER_PASSWORD_AUTH --auth-parameters 'USERNAME=YOU@EXAMPLE.COM,PASSWORD=PASSWORD' --query AuthenticationResult.AccessToken --output text)",
    ],
    [
      "",
      "# Is it there?",
      "curl ${local.api_url}/health",
      "",
      "# A sample portfolio, and its analysis:",
      "curl -X POST -H \"Authorization: Bearer $TOKEN\" ${local.api_url}/api/populate-test-data",
      "curl -X POST -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{\"analysis_type\": \"portfolio\"}' ${local.api_url}/api/analyze",
      "python3 -m uv run scripts/watch_analysis.py --api-url ${local.api_url} --token \"$TOKEN\"",
      "",
      "# For the operator: what the planner says, until Ctrl-C; all users' jobs; whether progress is tracked:",
      "python3 -m uv run scripts/tail_logs.py planner ${local.operator_arguments}",
      "python3 -m uv run scripts/check_jobs.py ${local.operator_arguments} --cluster-arn ${aws_rds_cluster.this.arn} --secret-arn ${aws_secretsmanager_secret.application.arn}",
      "python3 -m uv run scripts/toggle_progress.py status ${local.operator_arguments}",
    ],
  ))
}

locals {
  api_url             = aws_apigatewayv2_api.this.api_endpoint
  user_pool_id        = one(aws_cognito_user_pool.this[*].id)
  user_pool_client_id = one(aws_cognito_user_pool_client.this[*].id)
  operator_arguments  = "--aws --region ${var.region} --name-prefix ${var.name_prefix}"
}
