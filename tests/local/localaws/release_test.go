package localaws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/release"
	"github.com/rumline/rumline/tests/local/lambdahost/lambdahosttest"
)

// TestRelease plays deployments of one destination: each publishes a version and points the alias at it, as Terraform does.
func TestRelease(t *testing.T) {
	t.Parallel()
	healthy := map[string]bool{"1": true, "2": true, "3": false}
	name := deploy(t, func(e lambdahosttest.Event) lambdahosttest.Reply {
		health, err := json.Marshal(map[string]any{"healthy": healthy[e.Info.Get("Version")], "code": "destination_refused", "error": "no such table"})
		require.NoError(t, err)
		return lambdahosttest.Reply{Body: string(health)}
	})
	var out bytes.Buffer
	r := release.Release{
		Deployment: &deployment.Deployment{
			Workspace: strings.ToLower(name), Functions: map[string]string{"json": name},
			Destinations: map[string]deployment.Destination{"json": {Function: name + ":live"}},
		},
		Lambda: lambdas(), Out: &out,
		Parameters: ssm.New(ssm.Options{BaseEndpoint: aws.String(stack.URL()), Region: region, Credentials: provider}),
	}
	runs := func(version string) {
		t.Helper()
		live, err := r.Live(t.Context())
		require.NoError(t, err)
		require.Equal(t, release.Versions{"json": version}, live)
	}

	require.ErrorContains(t, r.Finish(t.Context()), "nothing was well before it") // there is no alias yet
	publish(t, name, "1")
	require.NoError(t, r.Finish(t.Context()))
	require.ErrorContains(t, r.Rollback(t.Context()), "no release to go back to")
	runs("1")

	publish(t, name, "2")
	require.NoError(t, r.Finish(t.Context()))
	require.NoError(t, r.Finish(t.Context()), "a deployment that changes nothing does not become its own predecessor")
	runs("2")

	publish(t, name, "3")
	err := r.Finish(t.Context())
	require.ErrorContains(t, err, "json is not well (destination_refused): no such table")
	runs("2")

	require.NoError(t, r.Rollback(t.Context()))
	runs("1")
	require.ErrorContains(t, r.Rollback(t.Context()), "no release to go back to")
	require.Contains(t, out.String(), name+": version 1 runs instead of 2\n")
}

// publish changes the function, publishes the version, and points the alias at it.
func publish(t *testing.T, name, want string) {
	t.Helper()
	_, err := lambdas().UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &name, Description: aws.String("version " + want),
	})
	require.NoError(t, err)
	out, err := lambdas().PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: &name})
	require.NoError(t, err)
	require.Equal(t, want, *out.Version)
	live := aws.String("live")
	if want == "1" {
		_, err = lambdas().CreateAlias(t.Context(), &lambda.CreateAliasInput{FunctionName: &name, Name: live, FunctionVersion: out.Version})
	} else {
		_, err = lambdas().UpdateAlias(t.Context(), &lambda.UpdateAliasInput{FunctionName: &name, Name: live, FunctionVersion: out.Version})
	}
	require.NoError(t, err)
}

// TestUpload: a zip goes where Terraform looks for it, and what is there is left alone.
func TestUpload(t *testing.T) {
	t.Parallel()
	bucket := strings.ToLower(unique(t))
	_, err := buckets().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket})
	require.NoError(t, err)
	dir := t.TempDir()
	upload := func() (string, error) {
		var out bytes.Buffer
		err := release.Upload(context.WithoutCancel(t.Context()), buckets(), bucket, dir, &out)
		return out.String(), err
	}

	_, err = upload()
	require.ErrorContains(t, err, "there is no zip in "+dir)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "json.zip"), []byte("code"), 0o600))
	const key = "functions/json/5694d08a2e53ffcae0c3103e5ad6f6076abd960eb1f8a56577040bc1028f702b.zip"
	said, err := upload()
	require.NoError(t, err)
	require.Equal(t, key+" is new\n", said)
	said, err = upload()
	require.NoError(t, err)
	require.Equal(t, key+" is there\n", said)

	stored, err := buckets().GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String(key)})
	require.NoError(t, err)
	defer stored.Body.Close()
	require.EqualValues(t, len("code"), *stored.ContentLength)
}
