package localaws_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
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

// TestRelease plays deployments of one destination: each publishes a version and points the alias at it, as Terraform does by hand.
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
	publishAlone(t, name, want)
	live, version := aws.String("live"), &want
	var err error
	if want == "1" {
		_, err = lambdas().CreateAlias(t.Context(), &lambda.CreateAliasInput{FunctionName: &name, Name: live, FunctionVersion: version})
	} else {
		_, err = lambdas().UpdateAlias(t.Context(), &lambda.UpdateAliasInput{FunctionName: &name, Name: live, FunctionVersion: version})
	}
	require.NoError(t, err)
}

// publishAlone changes the function and publishes the version, and leaves the alias where it is.
func publishAlone(t *testing.T, name, want string) {
	t.Helper()
	_, err := lambdas().UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &name, Description: aws.String("version " + want),
	})
	require.NoError(t, err)
	out, err := lambdas().PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: &name})
	require.NoError(t, err)
	require.Equal(t, want, *out.Version)
}

// TestReleaseOfWhatIsPublished plays deployments that publish versions and leave the aliases where they are: what is new does its
// part by its number, schema first, and runs only when all of it is well.
func TestReleaseOfWhatIsPublished(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var did []string
	schema, needs := 1, map[string]int{"1": 1, "2": 2, "3": 9}
	does := func(e lambdahosttest.Event) lambdahosttest.Reply {
		mu.Lock()
		defer mu.Unlock()
		version, part := e.Info.Get("Version"), "probe"
		healthy := schema >= needs[version]
		if strings.Contains(string(e.Payload), `"up"`) {
			part, schema = "migrate", max(schema, min(needs[version], 2)) // there is no third migration
		}
		did = append(did, part+" "+version)
		health, err := json.Marshal(map[string]any{"healthy": healthy, "code": "destination_refused", "error": "no such column"})
		require.NoError(t, err)
		return lambdahosttest.Reply{Body: string(health)}
	}
	migrate, clickhouse := deploy(t, does), deploy(t, does)
	var out bytes.Buffer
	d := &deployment.Deployment{
		Workspace: strings.ToLower(clickhouse), Functions: map[string]string{"clickhouse": clickhouse, "migrate": migrate},
		Destinations: map[string]deployment.Destination{"clickhouse": {Function: clickhouse + ":live"}},
	}
	r := release.Release{
		Deployment: d, Lambda: lambdas(), Out: &out,
		Parameters: ssm.New(ssm.Options{BaseEndpoint: aws.String(stack.URL()), Region: region, Credentials: provider}),
	}
	finish := func(version string) error {
		d.Versions = map[string]string{"clickhouse": version, "migrate": version}
		did = nil
		return r.Finish(t.Context())
	}
	runs := func(version string) {
		t.Helper()
		live, err := r.Live(t.Context())
		require.NoError(t, err)
		require.Equal(t, release.Versions{"clickhouse": version, "migrate": version}, live)
	}

	none, err := r.Live(t.Context())
	require.NoError(t, err)
	require.Empty(t, none, "there is no alias yet")
	for _, name := range []string{migrate, clickhouse} {
		publish(t, name, "1")
	}
	require.NoError(t, finish("1"))
	runs("1")

	for _, name := range []string{migrate, clickhouse} {
		publishAlone(t, name, "2")
	}
	runs("1")
	require.NoError(t, finish("2"))
	require.Equal(t, []string{"migrate 2", "probe 2"}, did)
	require.Contains(t, out.String(), clickhouse+": version 2 runs instead of 1\n")
	runs("2")

	for _, name := range []string{migrate, clickhouse} {
		publishAlone(t, name, "3")
	}
	require.ErrorContains(t, finish("3"), "clickhouse is not well (destination_refused): no such column")
	require.Equal(t, []string{"migrate 3", "probe 3"}, did)
	require.NotContains(t, out.String(), "version 3 runs")
	require.NotContains(t, out.String(), "instead of 3", "it never ran")
	runs("2")

	require.NoError(t, r.Rollback(t.Context()))
	runs("1")
	require.NoError(t, finish("2"), "the next deployment runs again, though it publishes nothing")
	runs("2")
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
