// Package environments applies two environments to one account and shows that they do not touch.
package environments

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/tests/deployed"
	"github.com/rumline/rumline/tests/local"
)

// patience is how long no message may move: longer than the functions' visibility timeout.
const patience = 8 * time.Minute

// names are the environments: workspaces of one configuration.
var names = [2]string{"local-a", "local-b"}

// TestEnvironmentsDoNotTouch: two environments in one account share no name, what is sent to one arrives there and nowhere else, and
// when one is destroyed the other works on.
func TestEnvironmentsDoNotTouch(t *testing.T) {
	ctx := t.Context()
	stack := start(t)
	root, err := local.ProjectRoot()
	require.NoError(t, err)
	configuration, err := stack.Terraform(ctx, filepath.Join(root, "dist", "local"))
	require.NoError(t, err)
	var workspaces [2]*local.Workspace
	var environments [2]*deployed.Environment
	both(t, func(i int) (err error) {
		if workspaces[i], err = stack.NewWorkspace(ctx, configuration, names[i]); err != nil {
			return err
		}
		environments[i], err = apply(ctx, stack, workspaces[i], i)
		return err
	})
	for _, e := range environments {
		t.Cleanup(func() { require.NoError(t, e.Close()) })
	}

	t.Run("they share no name", func(t *testing.T) {
		a, b := arns(ctx, t, workspaces[0]), arns(ctx, t, workspaces[1])
		require.Greater(t, len(a), 50)
		require.Len(t, b, len(a))
		for arn := range a {
			require.NotContains(t, b, arn)
		}
	})

	t.Run("what is sent to one arrives there alone", func(t *testing.T) {
		both(t, func(i int) error { return environments[i].Put(ctx, 500+100*i, 10) })
		both(t, func(i int) error { return environments[i].Settle(ctx, patience) })
		require.NotEqual(t, environments[0].Sent(), environments[1].Sent())
	})

	t.Run("a bucket with data in it is not to be deleted", func(t *testing.T) {
		config, err := stack.Config(ctx)
		require.NoError(t, err)
		_, err = s3.NewFromConfig(config).DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &environments[0].RawBucket})
		var refused smithy.APIError
		require.ErrorAs(t, err, &refused)
		require.Equal(t, "BucketNotEmpty", refused.ErrorCode())
	})

	t.Run("one is destroyed, and the other works on", func(t *testing.T) {
		both(t, func(i int) error {
			if i == 0 {
				return workspaces[0].Destroy(ctx)
			}
			return environments[1].Put(ctx, 300, 6) // meanwhile
		})
		require.Empty(t, arns(ctx, t, workspaces[0]))
		require.NoError(t, environments[1].Put(ctx, 300, 6))
		require.NoError(t, environments[1].Settle(ctx, patience))
	})
}

func start(t *testing.T) *local.Stack {
	t.Helper()
	log, err := os.Create(filepath.Join(t.ArtifactDir(), "stack.log"))
	require.NoError(t, err)
	stack, err := local.Start(t.Context(), local.Options{Log: log, Step: func(what string) { t.Log(what) }})
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, stack.Stop(context.WithoutCancel(t.Context())))
		require.NoError(t, log.Close())
	})
	return stack
}

// apply applies a workspace, with a database and events of its own.
func apply(ctx context.Context, stack *local.Stack, w *local.Workspace, number int) (*deployed.Environment, error) {
	if _, err := w.Plan(ctx); err != nil {
		return nil, err
	}
	deployment, err := w.Apply(ctx)
	if err != nil {
		return nil, err
	}
	database := "rumline_" + string(rune('a'+number))
	if err := deployed.Migrate(ctx, stack, database); err != nil {
		return nil, err
	}
	return deployed.Connect(ctx, stack, deployment, database, uint64(1+1000*number))
}

// both does something for both environments at once.
func both(t *testing.T, do func(i int) error) {
	t.Helper()
	var group errgroup.Group
	for i := range names {
		group.Go(func() error { return do(i) })
	}
	require.NoError(t, group.Wait())
}

// arns are those of all that a workspace has made.
func arns(ctx context.Context, t *testing.T, w *local.Workspace) map[string]bool {
	t.Helper()
	resources, err := w.Resources(ctx)
	require.NoError(t, err)
	found := map[string]bool{}
	for _, r := range resources {
		if arn, _ := r.AttributeValues["arn"].(string); arn != "" {
			found[arn] = true
		}
	}
	return found
}
