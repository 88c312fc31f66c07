package privilege_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/emulator"
	"github.com/rumline/rumline/tests/local/provision"
	"github.com/rumline/rumline/tests/privilege"
)

// TestEffective: of a role, the inline and the attached policies count, each with its present document.
func TestEffective(t *testing.T) {
	cache, err := provision.CacheDir()
	require.NoError(t, err)
	moto, err := emulator.Start(t.Context(), emulator.Options{CacheDir: cache, Log: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, moto.Stop(context.WithoutCancel(t.Context()))) })
	client := iam.New(iam.Options{
		BaseEndpoint: aws.String(moto.URL().String()), Region: "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	trust := aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
	for _, name := range []string{"rumline-a", "rumline-b", "other"} {
		_, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: trust})
		require.NoError(t, err)
	}
	statement := func(action string) *string {
		return aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}`)
	}
	_, err = client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: aws.String("rumline-a"), PolicyName: aws.String("inline"), PolicyDocument: statement("sqs:ReceiveMessage"),
	})
	require.NoError(t, err)
	managed, err := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String("managed"), PolicyDocument: statement("s3:GetObject")})
	require.NoError(t, err)
	_, err = client.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{
		PolicyArn: managed.Policy.Arn, PolicyDocument: statement("s3:PutObject"), SetAsDefault: true,
	})
	require.NoError(t, err)
	_, err = client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String("rumline-a"), PolicyArn: managed.Policy.Arn})
	require.NoError(t, err)

	roles, err := privilege.Effective(t.Context(), client, "rumline-")
	require.NoError(t, err)
	require.Len(t, roles, 2)
	require.Empty(t, roles["rumline-b"])
	for action, want := range map[string]bool{"sqs:ReceiveMessage": true, "s3:PutObject": true, "s3:GetObject": false} {
		require.Equal(t, want, privilege.Allows(roles["rumline-a"], privilege.Access{Action: action, Resource: "r"}), action)
	}
}

func TestEffectiveSaysWhatWentWrong(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	_, err := privilege.Effective(t.Context(), iam.New(iam.Options{
		BaseEndpoint: &server.URL, Region: "us-east-1", RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	}), "rumline-")
	require.ErrorContains(t, err, "list the roles")
}
