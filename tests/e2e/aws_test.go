package e2e

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/gruntwork-io/terratest/modules/terraform"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/functions/clickhouse/migrations"
	"github.com/rumline/rumline/tests/account"
	"github.com/rumline/rumline/tests/local"
	"github.com/rumline/rumline/tests/local/provision"
)

// envOnAWS is 1 where TestPipelineOnAWS is wanted: `go tool task test:aws` sets it.
const envOnAWS = "RUMLINE_TEST_AWS"

// TestPipelineOnAWS does in a real account what TestPipeline does on the local stack, but for what breaks things on purpose. It says
// what it will do and cost, does it only when that was confirmed, in the account that was named, and leaves nothing behind.
func TestPipelineOnAWS(t *testing.T) {
	if os.Getenv(envOnAWS) != "1" {
		t.Skip("it costs money: `go tool task test:aws` runs it")
	}
	workspace, database := account.NewName()
	err := account.Check(t.Context(), os.Getenv, identify)
	if err == nil || errors.Is(err, account.ErrUnconfirmed) {
		fmt.Fprintln(os.Stderr, account.Announcement(os.Getenv(account.EnvAccount), workspace, database))
	}
	require.NoError(t, err)

	p := deployOnAWS(t, workspace, database)
	p.requireDelivery(t)
	t.Run("a backfill changes nothing, or rebuilds", p.requireBackfill)
	p.requireStable(t)
}

// identify is whose the credentials of the environment are.
func identify(ctx context.Context) (string, error) {
	clients, err := config.LoadDefaultConfig(ctx, config.WithRegion(local.Region))
	if err != nil {
		return "", err
	}
	out, err := sts.NewFromConfig(clients).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.Account), nil
}

// deployOnAWS applies Terraform in the account, in a workspace and with a database of its own. Both are gone when the test is over,
// whatever becomes of it; if not even that succeeds, the state stays, and it is said how to destroy by hand.
func deployOnAWS(t *testing.T, workspace, database string) *pipeline {
	t.Helper()
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	p := newPipeline(t)
	there, err := newOnAccount(database)
	require.NoError(t, err)
	p.venue = there
	makeDatabase(t, there.dsn, database)

	// In a folder that outlives the test: it has the state.
	dir := filepath.Join(root, ".task", "aws", workspace)
	require.NoError(t, os.MkdirAll(dir, 0o750))
	require.NoError(t, local.CopyConfiguration(dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "state_override.tf"), []byte("terraform {\n  backend \"local\" {}\n}\n"), 0o600))
	cache, err := provision.CacheDir()
	require.NoError(t, err)
	binary, err := provision.Terraform(t.Context(), cache)
	require.NoError(t, err)
	p.terraform = &terraform.Options{
		TerraformBinary: binary, TerraformDir: dir, NoColor: true, SetVarsAfterVarFiles: true,
		Vars: map[string]any{"artifacts_dir": filepath.Join(root, "dist")},
	}
	if _, err := os.Stat(filepath.Join(dir, "environments", "dev.tfvars")); err == nil {
		p.terraform.VarFiles = []string{"environments/dev.tfvars"}
	}
	t.Cleanup(func() {
		if _, err := terraform.DestroyContextE(t, context.WithoutCancel(t.Context()), p.terraform); err != nil {
			t.Errorf("SOMETHING IS LEFT IN THE ACCOUNT. Its state is in %s: run `terraform destroy` there, in workspace %s. %v", dir, workspace, err)
			return
		}
		require.NoError(t, os.RemoveAll(dir))
	})
	p.apply(t, workspace)
	return p
}

// makeDatabase makes a database with the present schema, and drops it when the test is over.
func makeDatabase(t *testing.T, dsn, database string) {
	t.Helper()
	options, err := clickhouse.ParseDSN(dsn)
	require.NoError(t, err)
	_, err = migrations.Up(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() {
		above, err := url.Parse(dsn)
		require.NoError(t, err)
		above.Path = "/default"
		options, err := clickhouse.ParseDSN(above.String())
		require.NoError(t, err)
		conn, err := clickhouse.Open(options)
		require.NoError(t, err)
		require.NoError(t, conn.Exec(context.WithoutCancel(t.Context()), "DROP DATABASE IF EXISTS "+database))
		require.NoError(t, conn.Close())
	})
	require.NoError(t, migrations.SetRetention(t.Context(), options, migrations.Retention{}))
}
