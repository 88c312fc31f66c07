package emulator_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/local/emulator"
)

func TestMoto(t *testing.T) {
	m, err := emulator.Start(t.Context(), emulator.Options{CacheDir: t.TempDir(), Log: t.Output()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Stop(t.Context()), "a second Stop") })
	client := sqs.New(sqs.Options{
		BaseEndpoint: aws.String(m.URL().String()), Region: "us-east-1",
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})

	t.Run("concurrent senders, receivers and deleters lose and double nothing", func(t *testing.T) {
		const senders, each = 4, 30
		queue, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("races")})
		require.NoError(t, err)
		var wg sync.WaitGroup
		for range senders {
			wg.Go(func() {
				for range each {
					_, err := client.SendMessage(t.Context(),
						&sqs.SendMessageInput{QueueUrl: queue.QueueUrl, MessageBody: aws.String("x")})
					assert.NoError(t, err)
				}
			})
		}
		var mu sync.Mutex
		seen := map[string]int{}
		total := func() int { mu.Lock(); defer mu.Unlock(); return len(seen) }
		for range 3 {
			wg.Go(func() {
				for total() < senders*each && t.Context().Err() == nil && !t.Failed() {
					got, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
						QueueUrl: queue.QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1,
					})
					if err != nil || len(got.Messages) == 0 {
						assert.NoError(t, err) //nolint:testifylint // require is for the test's own goroutine
						continue
					}
					var entries []types.DeleteMessageBatchRequestEntry
					mu.Lock()
					for _, msg := range got.Messages {
						seen[*msg.MessageId]++
						entries = append(entries,
							types.DeleteMessageBatchRequestEntry{Id: msg.MessageId, ReceiptHandle: msg.ReceiptHandle})
					}
					mu.Unlock()
					out, err := client.DeleteMessageBatch(t.Context(),
						&sqs.DeleteMessageBatchInput{QueueUrl: queue.QueueUrl, Entries: entries})
					if assert.NoError(t, err) {
						assert.Empty(t, out.Failed)
					}
				}
			})
		}
		wg.Wait()
		for id, n := range seen {
			assert.Equal(t, 1, n, "deliveries of %s", id)
		}
		left, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
			QueueUrl: queue.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
		})
		require.NoError(t, err)
		assert.Equal(t, "0", left.Attributes["ApproximateNumberOfMessages"])
		assert.Equal(t, "0", left.Attributes["ApproximateNumberOfMessagesNotVisible"])
	})

	t.Run("an attribute can change without the loss of the policy", func(t *testing.T) {
		const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`
		queue, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{
			QueueName: aws.String("policy"), Attributes: map[string]string{"Policy": policy},
		})
		require.NoError(t, err)
		_, err = client.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
			QueueUrl: queue.QueueUrl, Attributes: map[string]string{"VisibilityTimeout": "7"},
		})
		require.NoError(t, err)
		got, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
			QueueUrl: queue.QueueUrl, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
		})
		require.NoError(t, err)
		assert.JSONEq(t, policy, got.Attributes["Policy"])
		assert.Equal(t, "7", got.Attributes["VisibilityTimeout"])
	})

	t.Run("stop ends the process", func(t *testing.T) {
		require.NoError(t, m.Stop(t.Context()))
		select {
		case <-m.Exited():
		case <-time.After(time.Minute):
			t.Fatal("moto is still there")
		}
	})
}

func TestMissingPythonIsOneClearLine(t *testing.T) {
	tests := []struct {
		name, script string
		python       bool // named by the user rather than found
		want         []string
	}{
		{
			name:   "no moto, and none to be installed",
			script: "#!/bin/sh\n[ \"$2\" = venv ] && echo 'ensurepip is not available' >&2\nexit 1\n",
			want:   []string{"ensurepip is not available", "pip install 'moto[server]==5.2.1'"},
		},
		{
			name: "the user's Python has another moto", python: true,
			script: "#!/bin/sh\necho 'moto is 4.0.0' >&2\nexit 1\n",
			want:   []string{"RUMLINE_PYTHON=", "moto is 4.0.0", "pip install 'moto[server]==5.2.1'"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			python := filepath.Join(dir, "python3")
			require.NoError(t, os.WriteFile(python, []byte(tt.script), 0o700))
			if tt.python {
				t.Setenv("RUMLINE_PYTHON", python)
			} else {
				t.Setenv("RUMLINE_PYTHON", "")
				t.Setenv("PATH", dir)
			}
			_, err := emulator.Start(t.Context(), emulator.Options{CacheDir: t.TempDir()})
			require.Error(t, err)
			for _, want := range tt.want {
				require.ErrorContains(t, err, want)
			}
			assert.NotContains(t, err.Error(), "\n")
		})
	}
}
