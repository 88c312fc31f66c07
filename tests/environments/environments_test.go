// Package environments applies two environments to one account and shows that they do not touch.
package environments

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/rumline/rumline/tests/deployed"
	"github.com/rumline/rumline/tests/local"
)

// patience is how long no message may move: longer than the functions' visibility timeout.
const patience = 8 * time.Minute

// The environments are workspaces of one configuration. The name of the one begins that of the other, as dev's does dev-ann's: what goes
// by the beginning of a name takes one for the other. The first may be destroyed with its data, as dev; the second may not, as
// preprod and prod, and has other numbers.
const (
	open      = 0
	protected = 1
)

var (
	names    = [2]string{open: "local-dev", protected: "local-dev-ann"}
	settings = [2]string{open: "{}", protected: "{ force_destroy = false, reserved_concurrency = 3, maximum_concurrency = 3 }"}
)

// TestEnvironmentsDoNotTouch: two environments in one account share no name and no metric, what is sent to one arrives there and nowhere
// else, when one is destroyed the other works on, and the data of a protected one stays.
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
		its := *configuration
		its.Vars = maps.Clone(its.Vars)
		its.Vars["tier_overrides"] = settings[i]
		if workspaces[i], err = stack.NewWorkspace(ctx, &its, names[i]); err != nil {
			return err
		}
		environments[i], err = apply(ctx, stack, workspaces[i], i)
		return err
	})
	for _, e := range environments {
		t.Cleanup(func() { require.NoError(t, e.Close()) })
	}
	account := connect(t, stack)

	t.Run("they share no name", func(t *testing.T) {
		a, b := arns(ctx, t, workspaces[open]), arns(ctx, t, workspaces[protected])
		require.Greater(t, len(a), 50)
		require.Len(t, b, len(a))
		for arn := range a {
			require.NotContains(t, b, arn)
		}
	})

	t.Run("what is sent to one arrives there alone", func(t *testing.T) {
		both(t, func(i int) error { return environments[i].Put(ctx, 500+100*i, 10) })
		both(t, func(i int) error { return environments[i].Settle(ctx, patience) })
		require.NotEqual(t, environments[open].Sent(), environments[protected].Sent())
	})

	t.Run("each watches itself alone", func(t *testing.T) {
		require.NoError(t, stack.Evaluate(ctx, time.Now()))
		emitted := account.emitted(ctx, t)
		require.ElementsMatch(t, names[:], slices.Collect(maps.Keys(emitted)))
		require.Equal(t, emitted[names[open]], emitted[names[protected]])
		a, b := watched(ctx, t, workspaces[open]), watched(ctx, t, workspaces[protected])
		require.Greater(t, len(a), 30)
		require.Len(t, b, len(a))
		for metric := range a {
			require.NotContains(t, b, metric)
		}
		for i, name := range names {
			require.Equal(t, []string{name}, shown(ctx, t, workspaces[i]))
		}
	})

	t.Run("a bucket with data in it is not to be deleted", func(t *testing.T) {
		for _, e := range environments {
			account.requireNotDeleted(ctx, t, e.RawBucket)
		}
	})

	t.Run("one is destroyed, and the other works on", func(t *testing.T) {
		both(t, func(i int) error {
			if i == open {
				return workspaces[open].Destroy(ctx)
			}
			return environments[protected].Put(ctx, 300, 6) // meanwhile
		})
		require.Empty(t, arns(ctx, t, workspaces[open]))
		require.NoError(t, environments[protected].Put(ctx, 300, 6))
		require.NoError(t, environments[protected].Settle(ctx, patience))
	})

	t.Run("the data of a protected one stays", func(t *testing.T) {
		require.Error(t, workspaces[protected].Destroy(ctx))
		account.requireData(ctx, t, workspaces[protected], environments[protected])
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
