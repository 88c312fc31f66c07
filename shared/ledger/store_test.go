package ledger_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/ledger"
	"github.com/rumline/rumline/tests/local/localaws"
)

// client is of an emulated DynamoDB, with the table that Terraform makes.
var client *dynamodb.Client

const table = "rumline-test-ledger"

func TestMain(m *testing.M) {
	code, err := withDynamoDB(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withDynamoDB(run func() int) (code int, err error) {
	ctx := context.Background()
	local, err := localaws.Start(ctx, localaws.Options{})
	if err != nil {
		return 0, fmt.Errorf("start the emulator: %w", err)
	}
	defer func() { _ = local.Stop(ctx) }()
	client = dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(local.URL()), Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	_, err = client.CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String(table), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
	})
	if err != nil {
		return 0, fmt.Errorf("make the table: %w", err)
	}
	return run(), nil
}

// eachStore runs a test on every Store: the one in memory is what the others are held against.
func eachStore(t *testing.T, test func(*testing.T, ledger.Store)) {
	t.Helper()
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, ledger.NewMemory())
	})
	t.Run("DynamoDB", func(t *testing.T) {
		t.Parallel()
		test(t, ledger.NewDynamoDB(client, table, destination(t)))
	})
}

// destination is a name that no other run of a test has: they share the table.
func destination(t *testing.T) string {
	t.Helper()
	return fmt.Sprint(strings.ReplaceAll(t.Name(), "/", "-"), "-", runs.Add(1))
}

var runs atomic.Int64

var (
	until = time.UnixMilli(1_800_000_000_123)
	never = time.Unix(1_900_000_000, 0)
)

func claim(object, batch string) ledger.Claim {
	return ledger.Claim{Object: object, Batch: batch, Lease: until, Expires: never}
}

func record(batch, owner string, attempt int) ledger.Record {
	return ledger.Record{Batch: batch, State: ledger.Open, Owner: owner, Attempt: attempt, Lease: until, Expires: never, Plan: "plan"}
}

func TestClaims(t *testing.T) {
	eachStore(t, func(t *testing.T, s ledger.Store) {
		ctx := t.Context()
		there, err := s.Claim(ctx, claim("o", "b1"))
		require.NoError(t, err)
		require.Equal(t, claim("o", "b1"), there)

		there, err = s.Claim(ctx, claim("o", "b2"))
		require.NoError(t, err)
		require.Equal(t, "b1", there.Batch)
		require.True(t, until.Equal(there.Lease))

		taken, err := s.TakeOver(ctx, claim("o", "other"), claim("o", "b2"))
		require.NoError(t, err)
		require.False(t, taken)
		taken, err = s.TakeOver(ctx, claim("o", "b1"), claim("o", "b2"))
		require.NoError(t, err)
		require.True(t, taken)

		require.NoError(t, s.Release(ctx, claim("o", "b1")), "it is b2's by now")
		there, err = s.Claim(ctx, claim("o", "b3"))
		require.NoError(t, err)
		require.Equal(t, "b2", there.Batch)
		require.NoError(t, s.Release(ctx, claim("o", "b2")))
		there, err = s.Claim(ctx, claim("o", "b3"))
		require.NoError(t, err)
		require.Equal(t, "b3", there.Batch)

		taken, err = s.TakeOver(ctx, claim("none", "b1"), claim("none", "b2"))
		require.NoError(t, err)
		require.False(t, taken)
	})
}

func TestRecords(t *testing.T) {
	eachStore(t, func(t *testing.T, s ledger.Store) {
		ctx := t.Context()
		there, err := s.Lookup(ctx, "b")
		require.NoError(t, err)
		require.Equal(t, ledger.None, there.State)

		members := []string{`{"Key":"ä 1"}`, `{"Key":"2"}`, ""}
		there, err = s.Record(ctx, record("b", "w1", 1), members)
		require.NoError(t, err)
		require.Equal(t, "w1", there.Owner)
		there, err = s.Record(ctx, ledger.Record{Batch: "b", State: ledger.Void, Expires: never}, nil)
		require.NoError(t, err)
		require.Equal(t, ledger.Open, there.State, "it is recorded already")
		got, err := s.Members(ctx, "b")
		require.NoError(t, err)
		require.Equal(t, members, got)

		next := record("b", "w2", 2)
		there, err = s.Advance(ctx, record("b", "w1", 1), next)
		require.NoError(t, err)
		require.Equal(t, "w2", there.Owner)
		progress := record("b", "w1", 1)
		progress.Chunks = 3
		there, err = s.Advance(ctx, record("b", "w1", 1), progress)
		require.NoError(t, err)
		require.Equal(t, "w2", there.Owner, "w1 has lost it")
		require.Zero(t, there.Chunks)
		next.Chunks = 5
		_, err = s.Advance(ctx, record("b", "w2", 2), next)
		require.NoError(t, err)

		first, err := s.Finish(ctx, "b")
		require.NoError(t, err)
		require.True(t, first)
		first, err = s.Finish(ctx, "b")
		require.NoError(t, err)
		require.False(t, first)
		there, err = s.Lookup(ctx, "b")
		require.NoError(t, err)
		require.Equal(t, ledger.Done, there.State)
		require.Equal(t, 5, there.Chunks)
		require.Equal(t, 2, there.Attempt)
		require.Equal(t, "plan", there.Plan)
		require.True(t, until.Equal(there.Lease))
		there, err = s.Advance(ctx, next, record("b", "w2", 3))
		require.NoError(t, err)
		require.Equal(t, ledger.Done, there.State, "what is done stays done")
	})
}

func TestManyMembers(t *testing.T) {
	eachStore(t, func(t *testing.T, s ledger.Store) {
		members := make([]string, 10_000) // the largest batch of SQS, with keys that do not compress
		for i := range members {
			members[i] = fmt.Sprintf(`{"Key":"rum/%x"}`, [16]byte{byte(i), byte(i >> 8), byte(i * 7), byte(i * 31), byte(i * 131 >> 3)})
		}
		_, err := s.Record(t.Context(), record("b", "w", 1), members)
		require.NoError(t, err)
		got, err := s.Members(t.Context(), "b")
		require.NoError(t, err)
		require.Equal(t, members, got)
	})
}

// TestOneWins: of many that claim, take over, record or adopt at the same time, one wins, and all agree on who.
func TestOneWins(t *testing.T) {
	const workers = 8
	eachStore(t, func(t *testing.T, s ledger.Store) {
		ctx := t.Context()
		race := func(attempt func(worker string) (winner string)) {
			winners := make([]string, workers)
			var group sync.WaitGroup
			for i := range workers {
				group.Go(func() { winners[i] = attempt(fmt.Sprint("w", i)) })
			}
			group.Wait()
			for _, w := range winners {
				require.Equal(t, winners[0], w)
			}
		}
		race(func(w string) string {
			there, err := s.Claim(ctx, claim("o", w))
			require.NoError(t, err)
			return there.Batch
		})
		race(func(w string) string {
			there, err := s.Record(ctx, record("b", w, 1), []string{"m"})
			require.NoError(t, err)
			return there.Owner
		})
		first, err := s.Lookup(ctx, "b")
		require.NoError(t, err)
		race(func(w string) string {
			there, err := s.Advance(ctx, first, record("b", w+"'", 2))
			require.NoError(t, err)
			return there.Owner
		})
	})
}

// TestDynamoDBFailures: what a table answers decides whether trying again may help.
func TestDynamoDBFailures(t *testing.T) {
	t.Parallel()
	missing := ledger.NewDynamoDB(client, "no-such-table", "d")
	_, err := missing.Claim(t.Context(), claim("o", "b"))
	require.Equal(t, failure.LedgerRefused, failure.CodeOf(err), "%v", err)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	down := ledger.NewDynamoDB(client, table, "d")
	_, err = down.Lookup(ctx, "b")
	require.Equal(t, failure.LedgerUnavailable, failure.CodeOf(err), "%v", err)
	_, err = down.Finish(ctx, "b")
	require.Equal(t, failure.LedgerUnavailable, failure.CodeOf(err), "%v", err)
	_, err = down.Record(t.Context(), record("other", "w", 1), nil)
	require.NoError(t, err)
	_, err = down.Finish(t.Context(), "never recorded")
	require.Error(t, err)
}

// TestInsert: each claim of a request is made by itself, where there is none.
func TestInsert(t *testing.T) {
	eachStore(t, func(t *testing.T, s ledger.Store) {
		ctx := t.Context()
		_, err := s.Claim(ctx, claim("o1", "b1"))
		require.NoError(t, err)
		require.Equal(t, []bool{true, false, true}, s.Insert(ctx, []ledger.Claim{claim("o0", "b2"), claim("o1", "b2"), claim("o2", "b2")}))
		for object, batch := range map[string]string{"o0": "b2", "o1": "b1", "o2": "b2"} {
			there, err := s.Claim(ctx, claim(object, "b3"))
			require.NoError(t, err)
			require.Equal(t, batch, there.Batch)
			require.True(t, until.Equal(there.Lease))
			require.True(t, never.Equal(there.Expires))
		}
		many := make([]ledger.Claim, ledger.MaxInserts)
		for i := range many {
			many[i] = claim(fmt.Sprint("many ", i), "b4")
		}
		require.NotContains(t, s.Insert(ctx, many), false)
		require.NotContains(t, s.Insert(ctx, many), true, "they are made, if by the same worker")
	})
}

// TestInsertRaces: of many that insert the same claims at the same time, one makes each.
func TestInsertRaces(t *testing.T) {
	const workers = 8
	eachStore(t, func(t *testing.T, s ledger.Store) {
		objects := make([]string, ledger.MaxInserts)
		for i := range objects {
			objects[i] = fmt.Sprint("o", i)
		}
		made := make([][]bool, workers)
		var group sync.WaitGroup
		for w := range workers {
			group.Go(func() {
				claims := make([]ledger.Claim, len(objects))
				for i, o := range objects {
					claims[i] = claim(o, fmt.Sprint("w", w))
				}
				made[w] = s.Insert(t.Context(), claims)
			})
		}
		group.Wait()
		for i, o := range objects {
			there, err := s.Claim(t.Context(), claim(o, "nobody"))
			require.NoError(t, err)
			for w := range workers {
				require.Equal(t, there.Batch == fmt.Sprint("w", w), made[w][i], "%s is %s's", o, there.Batch)
			}
		}
	})
}
