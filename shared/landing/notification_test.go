package landing_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/failure"
	"github.com/rumline/rumline/shared/landing"
)

const created = `{"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2026-11-23T09:00:00.000Z",
"eventName":"ObjectCreated:Put","s3":{"s3SchemaVersion":"1.0","bucket":{"name":"raw","arn":"arn:aws:s3:::raw"},
"object":{"key":"rum/a+b%2Bc%C3%A4%3D1.gz","size":17,"eTag":"d41d8cd9","versionId":"v1","sequencer":"0055AED6DCD90281E5"}}}]}`

func TestParseNotification(t *testing.T) {
	t.Parallel()
	pointer := landing.Pointer{
		Bucket: "raw", Key: "rum/a b+cä=1.gz", VersionID: "v1", Sequencer: "0055AED6DCD90281E5", ETag: "d41d8cd9", Size: 17,
	}
	tests := map[string]struct {
		body    string
		want    []landing.Pointer
		ignored string
	}{
		"created":      {body: created, want: []landing.Pointer{pointer}},
		"SNS envelope": {body: `{"Type":"Notification","TopicArn":"arn:aws:sns:eu-west-1:1:t","Message":` + strconv.Quote(compact(t, created)) + `}`, want: []landing.Pointer{pointer}},
		"slashes encoded, no sequencer": {
			body: `{"Records":[{"eventName":"s3:ObjectCreated:CompleteMultipartUpload","s3":{"bucket":{"name":"raw"},"object":{"key":"rum%2Fx","size":1,"eTag":"\"e\""}}}]}`,
			want: []landing.Pointer{{Bucket: "raw", Key: "rum/x", ETag: "e", Size: 1}},
		},
		"test event": {body: `{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2026-11-23T09:00:00.000Z","Bucket":"raw"}`, ignored: "s3:TestEvent of bucket raw"},
		"a generation": {
			body: strings.Replace(created, `{"Records"`, `{"rumline":{"generation":"rebuild-7"},"Records"`, 1),
			want: []landing.Pointer{func() landing.Pointer { p := pointer; p.Generation = "rebuild-7"; return p }()},
		},
		"removed": {body: `{"Records":[{"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"raw"},"object":{"key":"x"}}}]}`, ignored: "events ObjectRemoved:Delete"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ignored, err := landing.ParseNotification(test.body)
			require.NoError(t, err)
			require.Equal(t, test.want, got)
			require.Equal(t, test.ignored, ignored)
		})
	}
	for name, body := range map[string]string{
		"empty":          "",
		"no JSON":        "hello",
		"no Records":     `{"foo":1}`,
		"no key":         `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw"},"object":{}}}]}`,
		"bad key":        `{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"raw"},"object":{"key":"%zz"}}}]}`,
		"bad generation": strings.Replace(created, `{"Records"`, `{"rumline":{"generation":"a b"},"Records"`, 1),
		"bad enveloped":  `{"Type":"Notification","TopicArn":"arn","Message":"hello"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := landing.ParseNotification(body)
			require.Equal(t, failure.MalformedMessage, failure.CodeOf(err), "%v", err)
		})
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	base := landing.Pointer{Bucket: "raw", Key: "k", VersionID: "v", Sequencer: "1", ETag: "e", Size: 1}
	again := base
	again.Size = 2
	require.Equal(t, base.Identity(), again.Identity())
	for name, change := range map[string]func(*landing.Pointer){
		"key":        func(p *landing.Pointer) { p.Key = "k2" },
		"bucket":     func(p *landing.Pointer) { p.Bucket = "raw2" },
		"version":    func(p *landing.Pointer) { p.VersionID = "v2" },
		"sequencer":  func(p *landing.Pointer) { p.VersionID, p.Sequencer = "", "2" },
		"etag":       func(p *landing.Pointer) { p.ETag = "e2" },
		"generation": func(p *landing.Pointer) { p.Generation = "g" },
	} {
		other := base
		change(&other)
		require.NotEqual(t, base.Identity(), other.Identity(), name)
	}
}

// FuzzParseNotification: no message makes the parser panic, and none passes for nothing at all.
func FuzzParseNotification(f *testing.F) {
	f.Add(created)
	f.Add(`{"Type":"Notification","TopicArn":"arn","Message":"{}"}`)
	f.Add(`{"Event":"s3:TestEvent"}`)
	f.Fuzz(func(t *testing.T, body string) {
		pointers, ignored, err := landing.ParseNotification(body)
		if err != nil {
			require.Equal(t, failure.MalformedMessage, failure.CodeOf(err))
			return
		}
		require.NotEqual(t, (len(pointers) > 0), (ignored != ""), "%d pointers, ignored for %q", len(pointers), ignored)
	})
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var v any
	require.NoError(t, json.Unmarshal([]byte(text), &v))
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}
