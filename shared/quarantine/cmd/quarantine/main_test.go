package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/stretchr/testify/require"

	"github.com/rumline/rumline/shared/quarantine"
	"github.com/rumline/rumline/shared/rum"
)

const event = `{"schema_version":1,"event_type":"custom","site_id":"s","event_ts":1795000000000,"received_ts":1795000000000,` +
	`"page_view_id":"p","url_host":"h","url_path":"/","sdk_name":"x"}`

func TestListAndShow(t *testing.T) {
	store := account(t, "dev")
	evil := []byte("{\"a\":\"\x1b[31m\xff\"}")
	fill(t, store, "parquet", "b1",
		rum.Rejected{Reason: rum.Syntax, Line: 1, Raw: []byte("{")}, rum.Rejected{Reason: rum.Syntax, Line: 2, Raw: evil},
		rum.Rejected{Reason: rum.Truncated, Line: 3, Offset: 9, Rest: true})
	fill(t, store, "json", "b2", rum.Rejected{Reason: rum.Negative, Field: "lcp_ms", Detail: "-1", Line: 7, Raw: []byte(event)})

	out := quarantined(t, "list", "-workspace", "dev")
	require.Regexp(t, `json +│ negative +│ +1 │ +1 │ .* │ json/b2/00000:0`, out)
	require.Regexp(t, `parquet +│ syntax +│ +2 │ +1 │ .* │ parquet/b1/00000:0`, out)
	require.Regexp(t, `parquet +│ truncated +│ +1 │`, out)

	out = quarantined(t, "list", "-bucket", "rumline-dev-quarantine-123456789012", "-raw-bucket", "raw", "-destination", "json")
	require.NotContains(t, out, "parquet")

	var groups []group
	require.NoError(t, json.Unmarshal([]byte(quarantined(t, "list", "-workspace", "dev", "--json", "-reason", "syntax")), &groups))
	require.Len(t, groups, 1)
	require.Equal(t, 2, groups[0].Records)

	out = quarantined(t, "list", "-workspace", "dev", "-all")
	require.Contains(t, out, "parquet/b1/00000:2")
	require.Contains(t, out, "s3://raw/rum/b1.ndjson?versionId=v1")
	require.Contains(t, quarantined(t, "list", "-workspace", "dev", "-reason", "bad_uuid"), "nothing is in quarantine")

	out = quarantined(t, "show", "-workspace", "dev", "json/b2/00000:0", "parquet/b1/00000:1", "parquet/b1/00000:2")
	require.Contains(t, out, "line 7, byte 0")
	require.Contains(t, out, "lcp_ms")
	require.Contains(t, out, event+"\n")
	require.Contains(t, out, `{"a":"\u001b[31m\xff"}`, "nothing that a terminal would obey")
	require.Contains(t, out, "nothing of the object behind this place was read")
	require.Equal(t, string(evil)+"\n", quarantined(t, "show", "-workspace", "dev", "-raw", "parquet/b1/00000:1"))
	var shown entry
	require.NoError(t, json.Unmarshal([]byte(quarantined(t, "show", "-workspace", "dev", "-json", "json/b2/00000:0")), &shown))
	require.Equal(t, "json/b2/00000:0", shown.ID)
	require.JSONEq(t, event, shown.Raw)
}

func TestPutBackOnce(t *testing.T) {
	store := account(t, "dev")
	file := filepath.Join(t.TempDir(), "repaired.ndjson")
	require.NoError(t, os.WriteFile(file, []byte(event+"\n"+event+"\n"), 0o600))
	require.Regexp(t, `^put back: 2 events in s3://rumline-dev-raw-123456789012/rum/repaired/[0-9a-f]{32}\.ndjson\n$`,
		quarantined(t, "put-back", "-workspace", "dev", file))
	text, err := command(t, "\n"+event+"\n"+event, "put-back", "-workspace", "dev")
	require.NoError(t, err)
	require.Contains(t, text, "already put back")
	listed, err := store.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("rumline-dev-raw-123456789012")})
	require.NoError(t, err)
	require.Len(t, listed.Contents, 1)
}

func TestProdWantsAWord(t *testing.T) {
	account(t, "prod")
	for _, where := range [][]string{
		{"-workspace", "prod"}, {"-bucket", "any", "-raw-bucket", "rumline-prod-raw-123456789012"},
	} {
		_, err := command(t, event, append([]string{"put-back"}, where...)...)
		require.ErrorContains(t, err, "this is prod: 1 events would go to s3://rumline-prod-raw-123456789012/rum/repaired/")
	}
	_, err := command(t, event, "put-back", "-workspace", "prod", "-yes")
	require.NoError(t, err)
}

func TestRefusals(t *testing.T) {
	account(t, "dev")
	tests := map[string]struct {
		in   string
		args []string
		want string
	}{
		"no command":            {"", nil, "usage"},
		"unknown command":       {"", []string{"delete"}, "delete is no command"},
		"no environment":        {"", []string{"list"}, "-workspace"},
		"an argument too many":  {"", []string{"list", "-workspace", "dev", "now"}, "now"},
		"no bucket of that":     {"", []string{"list", "-workspace", "qa"}, "NoSuchBucket"},
		"show nothing":          {"", []string{"show", "-workspace", "dev"}, "show what?"},
		"show what is not ours": {"", []string{"show", "-workspace", "dev", "b1"}, "no ID"},
		"show what is not":      {"", []string{"show", "-workspace", "dev", "parquet/b1/00000:0"}, "no such record"},
		"put nothing back":      {"\n", []string{"put-back", "-workspace", "dev"}, "no event"},
		"put back unrepaired":   {event + "\n{\"a\":\x1b}", []string{"put-back", "-workspace", "dev"}, "line 2"},
		"put back a file that is not": {
			"", []string{"put-back", "-workspace", "dev", "missing.ndjson"}, "missing.ndjson",
		},
		"put back too much": {
			strings.Repeat(" ", maxRepairedBytes+1), []string{"put-back", "-workspace", "dev"}, "in pieces",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			out, err := command(t, test.in, test.args...)
			require.ErrorContains(t, err, test.want)
			require.NotContains(t, err.Error(), "\x1b")
			require.Empty(t, out)
		})
	}
}

func quarantined(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t, "", args...)
	require.NoError(t, err)
	return out
}

func command(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), args, strings.NewReader(in), &out)
	return out.String(), err
}

// account is an AWS with the buckets of a workspace. It is the environment's for the time of the test.
func account(t *testing.T, workspace string) *s3.Client {
	t.Helper()
	backend := s3mem.New()
	for _, bucket := range []string{"raw", "quarantine"} {
		require.NoError(t, backend.CreateBucket(fmt.Sprintf("rumline-%s-%s-123456789012", workspace, bucket)))
	}
	objects := gofakes3.New(backend).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/" {
			fmt.Fprint(w, "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>"+
				"</GetCallerIdentityResult></GetCallerIdentityResponse>")
			return
		}
		objects.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_PROFILE": "", "AWS_SESSION_TOKEN": "",
		"RUMLINE_WORKSPACE": "", "RUMLINE_QUARANTINE_BUCKET": "", "RUMLINE_RAW_BUCKET": "",
	} {
		t.Setenv(name, value)
	}
	return s3.New(s3.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), UsePathStyle: true,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

// fill puts records into the quarantine of dev.
func fill(t *testing.T, client *s3.Client, destination, batch string, refused ...rum.Rejected) {
	t.Helper()
	q, err := quarantine.New(client, quarantine.Config{
		Bucket: "rumline-dev-quarantine-123456789012", Prefix: "quarantine/",
	}, destination)
	require.NoError(t, err)
	pass := q.Begin(batch)
	for _, r := range refused {
		source := quarantine.Source{Bucket: "raw", Key: "rum/" + batch + ".ndjson", VersionID: "v1"}
		require.NoError(t, pass.Add(t.Context(), source, &r))
	}
	require.NoError(t, pass.Flush(t.Context()))
}
