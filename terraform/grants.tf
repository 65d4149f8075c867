# The policy statements for each use in the manifest. A function's role has those of its own uses.

locals {
  arn_of_function = { for name in keys(local.functions) : name => "arn:${local.partition}:lambda:${var.region}:${local.account}:function:${var.name_prefix}-${name}" }

  # An inference profile, such as us.amazon.nova-pro-v1:0, routes a call to its model in any of several regions
  model_actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
  has_model     = var.bedrock_model_id != ""
  is_profile    = can(regex("^[a-z0-9-]+\\.[a-z0-9-]+\\.", var.bedrock_model_id))
  profile_arn   = "arn:${local.partition}:bedrock:${var.region}:${local.account}:inference-profile/${var.bedrock_model_id}"
  model_arn     = local.is_profile ? local.profile_arn : "arn:${local.partition}:bedrock:${var.region}::foundation-model/${var.bedrock_model_id}"
  profile_model = replace(var.bedrock_model_id, "/^[a-z0-9-]+\\./", "")

  key_condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }

  possible_grants = {
    for name, function in local.functions : name => [
      {
        when     = local.database_user[name] != null
        Sid      = "Database"
        Action   = ["rds-data:ExecuteStatement"]
        Resource = [aws_rds_cluster.this.arn]
      },
      {
        when     = local.database_user[name] != null
        Sid      = "DatabaseUser"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = local.database_user[name] == null ? [] : [local.secret_arns[local.database_user[name]]]
      },
      {
        when      = local.database_user[name] != null
        Sid       = "KeyOfTheSecret"
        Action    = ["kms:Decrypt"]
        Resource  = [local.kms_key_arn]
        Condition = local.key_condition
      },
      {
        when     = contains(function.uses, "prices") && var.price_secret_arn != ""
        Sid      = "KeyOfThePrices"
        Action   = ["secretsmanager:GetSecretValue"]
        Resource = [var.price_secret_arn]
      },
      {
        when     = contains(function.uses, "model") && local.has_model && !local.is_profile
        Sid      = "Model"
        Action   = local.model_actions
        Resource = [local.model_arn]
      },
      {
        when     = contains(function.uses, "model") && local.is_profile
        Sid      = "Profile"
        Action   = local.model_actions
        Resource = [local.model_arn]
      },
      {
        when      = contains(function.uses, "model") && local.is_profile
        Sid       = "ModelOfTheProfile"
        Action    = local.model_actions
        Resource  = ["arn:${local.partition}:bedrock:*::foundation-model/${local.profile_model}"]
        Condition = { StringEquals = { "bedrock:InferenceProfileArn" = local.profile_arn } }
      },
      {
        when     = length(local.invoked_by[name]) > 0
        Sid      = "Invoke"
        Action   = ["lambda:InvokeFunction"]
        Resource = [for other in local.invoked_by[name] : local.arn_of_function[other]]
      },
      {
        when     = length(local.sent_to_by[name]) > 0
        Sid      = "Send"
        Action   = ["sqs:SendMessage"]
        Resource = [for queue in local.sent_to_by[name] : aws_sqs_queue.this[queue].arn]
      },
      {
        when     = length(local.consumed_by[name]) > 0
        Sid      = "Consume"
        Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
        Resource = [for queue in local.consumed_by[name] : aws_sqs_queue.this[queue].arn]
      },
    ]
  }

  grants = {
    for name, grants in local.possible_grants : name => [for grant in grants : { for key, value in grant : key => value if key != "when" } if grant.when]
  }

  # The migrator signs in as the database owner and creates the functions' users and their passwords
  migrator_grants = [
    {
      Sid      = "Database"
      Action   = ["rds-data:ExecuteStatement", "rds-data:BeginTransaction", "rds-data:CommitTransaction", "rds-data:RollbackTransaction"]
      Resource = [aws_rds_cluster.this.arn]
    },
    {
      Sid      = "DatabaseOwner"
      Action   = ["secretsmanager:GetSecretValue"]
      Resource = [local.master_secret_arn]
    },
    {
      Sid      = "DatabaseUsers"
      Action   = ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"]
      Resource = [for user in sort(local.database_users) : local.secret_arns[user]]
    },
    {
      Sid       = "KeyOfTheSecret"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource  = [local.kms_key_arn]
      Condition = local.key_condition
    },
  ]
}
