package e2e

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/tests/generate"
	"github.com/rumline/rumline/tests/roundtrip"
)

// traffic is a load of its own, under a folder of its own.
func traffic(folder string, seed uint64, events, objects int) (l roundtrip.Load) {
	for o := range generate.Objects(generate.Options{Seed: seed, Events: events, Objects: objects, Prefix: "rum/" + folder + "/"}) {
		l.Objects = append(l.Objects, o)
		l.Events += len(o.Records)
		l.Bytes += int64(len(o.Body))
	}
	return l
}

// malformed are the bodies of n messages that nobody can read.
func malformed(n int) (bodies []string) {
	for i := range n {
		bodies = append(bodies, fmt.Sprintf(`{"Records":[{"poison":%d`, i))
	}
	return bodies
}

// missing are the bodies of n messages about objects that are not there. The first is of none of their versions, as a person writes it,
// or a bucket that keeps none.
func (p *pipeline) missing(t *testing.T, n int) (bodies []string) {
	t.Helper()
	for i := range n {
		version := "gone"
		if i == 0 {
			version = ""
		}
		bodies = append(bodies, notification(t, p.deployment.RawBucket, fmt.Sprintf("rum/missing/%d.ndjson", i), version, "d41d8cd98f00b204e9800998ecf8427e", 1))
	}
	return bodies
}

// send sends up to ten messages to one destination, at once.
func (p *pipeline) send(t *testing.T, destination string, bodies []string) {
	t.Helper()
	url := p.deployment.Destinations[destination].QueueURL
	var entries []types.SendMessageBatchRequestEntry
	for i, body := range bodies {
		entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: &body})
	}
	out, err := p.sqs.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{QueueUrl: &url, Entries: entries})
	require.NoError(t, err)
	require.Empty(t, out.Failed)
}
