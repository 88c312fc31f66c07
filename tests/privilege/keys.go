package privilege

import "strings"

// Keys say which of the customer's KMS keys a resource is encrypted with: the key's ARN by the ARN of a bucket, queue, topic, table or
// secret. What is not in it has no such key.
type Keys map[string]string

// keyActions are what KMS is asked for by a service, as whoever makes the call.
// S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html (an upload in parts decrypts, too)
// SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
// SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
// DynamoDB: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
// Secrets Manager: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
var keyActions = map[string][]string{
	"s3:GetObject":                  {"kms:Decrypt"},
	"s3:GetObjectVersion":           {"kms:Decrypt"},
	"s3:PutObject":                  {"kms:GenerateDataKey"},
	"sqs:ReceiveMessage":            {"kms:Decrypt"},
	"sqs:SendMessage":               {"kms:GenerateDataKey", "kms:Decrypt"},
	"sns:Publish":                   {"kms:GenerateDataKey", "kms:Decrypt"},
	"secretsmanager:GetSecretValue": {"kms:Decrypt"},
}

// With adds to accesses what they need of KMS, in order.
func (k Keys) With(needed []Access) []Access {
	all := map[Access]bool{}
	for _, a := range needed {
		all[a] = true
		key, region := k.of(a.Resource), ""
		if key == "" {
			continue
		}
		if parts := strings.Split(key, ":"); len(parts) > 3 {
			region = parts[3]
		}
		service, _, _ := strings.Cut(a.Action, ":")
		actions := keyActions[a.Action]
		switch {
		case service == "dynamodb":
			actions = []string{"kms:Decrypt"}
		case a.Key == uploadKey:
			actions = []string{"kms:GenerateDataKey", "kms:Decrypt"}
		}
		for _, action := range actions {
			all[Access{Action: action, Resource: key, Key: "kms:ViaService", Value: service + "." + region + ".amazonaws.com"}] = true
		}
	}
	return sorted(all)
}

// of is the key of a resource, or of the bucket that it is in, or of the table whose index it is.
func (k Keys) of(resource string) string {
	for {
		if key, ok := k[resource]; ok {
			return key
		}
		cut := strings.LastIndex(resource, "/")
		if cut < 0 {
			return ""
		}
		resource = resource[:cut]
	}
}
