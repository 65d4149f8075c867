# A role grants what the `uses` of its function in functions/functions.yaml list, on the resources that they name.

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

override_resource {
  override_during = plan
  target          = aws_sqs_queue.this["analysis-jobs"]
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs" }
}

override_resource {
  override_during = plan
  target          = aws_sqs_queue.this["analysis-jobs-dlq"]
  values          = { arn = "arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs-dlq" }
}

override_resource {
  override_during = plan
  target          = aws_secretsmanager_secret.database_user["api"]
  values          = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:alex-database-api" }
}

override_resource {
  override_during = plan
  target          = aws_secretsmanager_secret.database_user["workers"]
  values          = { arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:alex-database-workers" }
}

run "roles_grant_what_the_uses_of_a_function_list" {
  command = plan

  assert {
    condition = alltrue(flatten([
      for function in concat(values(module.function), [module.migrator]) : [
        for statement in jsondecode(function.policy).Statement : [
          for name in concat(statement.Action, statement.Resource) : !strcontains(name, "*") || name == "arn:aws:logs:us-east-1:123456789012:log-group:own:*"
        ]
      ]
    ]))
    error_message = "Only a function's own log streams are a pattern."
  }

  assert {
    condition = [for statement in jsondecode(module.function["reporter"].policy).Statement : [statement.Sid, statement.Action]] == [
      ["OwnLog", ["logs:CreateLogStream", "logs:PutLogEvents"]],
      ["Database", ["rds-data:ExecuteStatement"]],
      ["DatabaseUser", ["secretsmanager:GetSecretValue"]],
      ["KeyOfTheSecret", ["kms:Decrypt"]],
    ]
    error_message = "The reporter may use its log and the database."
  }

  assert {
    condition = { for name, function in module.function : name => one([for statement in jsondecode(function.policy).Statement : statement.Resource if statement.Sid == "DatabaseUser"]) } == {
      for name in keys(module.function) : name => ["arn:aws:secretsmanager:us-east-1:123456789012:secret:alex-database-${name == "api" ? "api" : "workers"}"]
    }
    error_message = "Each function may read the secret of its own database user: the api function's, or the workers'."
  }

  assert {
    condition     = [for statement in jsondecode(module.function["tagger"].policy).Statement : statement.Sid] == ["OwnLog", "Database", "DatabaseUser", "KeyOfTheSecret"]
    error_message = "Without a model, the tagger may use its log and the database."
  }

  assert {
    condition = one([for statement in jsondecode(module.function["planner"].policy).Statement : statement.Resource if statement.Sid == "Invoke"]) == [
      for name, function in local.functions : "arn:aws:lambda:us-east-1:123456789012:function:alex-${name}" if function.trigger == "planner"
    ]
    error_message = "The planner may invoke the functions that it triggers and no other."
  }

  assert {
    condition = { for name, function in module.function : name => one([for statement in jsondecode(function.policy).Statement : statement.Resource if statement.Sid == "Consume"]) } == {
      api          = null
      planner      = ["arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs"]
      tagger       = null
      reporter     = null
      charter      = null
      retirement   = null
      dead_letters = ["arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs-dlq"]
    }
    error_message = "The planner consumes analysis-jobs, dead_letters its dead-letter queue."
  }

  assert {
    condition = alltrue([
      for name in ["planner", "dead_letters"] : one([for statement in jsondecode(module.function[name].policy).Statement : statement.Action if statement.Sid == "Consume"]) == ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
    ])
    error_message = "Consumers change the visibility of messages: the planner's heartbeat, and a delay for returned messages."
  }

  assert {
    condition     = { for name, function in module.function : name => [for statement in jsondecode(function.policy).Statement : statement.Resource if statement.Sid == "Send"] if strcontains(function.policy, "sqs:SendMessage") } == { api = [["arn:aws:sqs:us-east-1:123456789012:alex-analysis-jobs"]] }
    error_message = "Only the api may send messages."
  }

  assert {
    condition = [for statement in jsondecode(module.migrator.policy).Statement : [statement.Resource, statement.Action] if startswith(statement.Sid, "Database") && statement.Sid != "Database"] == [
      [[local.master_secret_arn], ["secretsmanager:GetSecretValue"]],
      [
        [for user in ["api", "workers"] : aws_secretsmanager_secret.database_user[user].arn],
        ["secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"],
      ],
    ]
    error_message = "The migrator may read the owner's secret and write those of the functions' users."
  }

  assert {
    condition     = alltrue([for function in module.function : !strcontains(function.policy, local.master_secret_arn)])
    error_message = "No other function may read the owner's secret."
  }
}

run "only_functions_that_use_a_model_may_call_it" {
  command = plan

  variables {
    bedrock_model_id = "amazon.nova-pro-v1:0"
  }

  assert {
    condition = { for name, function in module.function : name => one([for statement in jsondecode(function.policy).Statement : statement.Resource if statement.Sid == "Model"]) } == {
      api          = null
      planner      = null
      dead_letters = null
      charter      = null
      tagger       = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]
      reporter     = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]
      retirement   = ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0"]
    }
    error_message = "The agents that use a model, and only this model."
  }
}

run "model_of_an_inference_profile_is_called_only_through_it" {
  command = plan

  variables {
    bedrock_model_id = "us.amazon.nova-pro-v1:0"
  }

  assert {
    condition = [
      for statement in jsondecode(module.function["reporter"].policy).Statement : [statement.Resource[0], try(statement.Condition.StringEquals["bedrock:InferenceProfileArn"], "")]
      if strcontains(statement.Sid, "Profile")
      ] == [
      ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0", ""],
      ["arn:aws:bedrock:*::foundation-model/amazon.nova-pro-v1:0", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0"],
    ]
    error_message = "In any region, but only for calls of this profile."
  }
}

run "only_the_planner_reads_the_key_of_the_price_source" {
  command = plan

  variables {
    price_source     = "fmp"
    price_secret_arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prices-AbCdEf"
  }

  assert {
    condition     = [for name, function in module.function : name if strcontains(function.policy, "KeyOfThePrices")] == ["planner"]
    error_message = "Only the planner fetches prices."
  }

  assert {
    condition     = one([for statement in jsondecode(module.function["planner"].policy).Statement : statement.Resource if statement.Sid == "KeyOfThePrices"]) == ["arn:aws:secretsmanager:us-east-1:123456789012:secret:prices-AbCdEf"]
    error_message = "Only that secret."
  }
}

run "price_source_needs_a_key" {
  command = plan

  variables {
    price_source = "fmp"
  }

  expect_failures = [var.price_source]
}
