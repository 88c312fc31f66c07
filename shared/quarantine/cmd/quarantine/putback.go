package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/rumline/rumline/shared/rum"
)

// maxRepairedBytes bounds what is put back at once: it is read into memory, to be checked as a whole.
const maxRepairedBytes = 64 << 20

func putBack(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	flags, place := newFlags("put-back", " [FILE]", `Puts repaired records, of a file or from standard input, into the raw bucket: one object, from where they go to
every destination. The same text is put back once, for as long as the raw bucket keeps it; a record that is in it among others
is another object's, and is delivered again.`)
	yes := flags.Bool("yes", false, "go on though it is prod")
	if err := flags.Parse(args); err != nil {
		return err //nolint:wrapcheck // it says which flag
	}
	document, err := repaired(flags.Args(), in)
	if err != nil {
		return err
	}
	events, err := accepted(document)
	if err != nil {
		return err
	}
	client, err := place.open(ctx)
	if err != nil {
		return err
	}
	if place.rawBucket == "" {
		return errors.New("-raw-bucket is missing: where repaired records are put")
	}
	sum := sha256.Sum256(document)
	name := place.rawPrefix + "repaired/" + hex.EncodeToString(sum[:16]) + ".ndjson"
	if place.production() && !*yes {
		return fmt.Errorf("this is prod: %d events would go to s3://%s/%s. Give -yes to put them", events, place.rawBucket, name)
	}
	_, err = client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &place.rawBucket, Key: &name, Body: bytes.NewReader(document), ContentType: aws.String("application/x-ndjson"),
		// The same object again would be another version, and be delivered again.
		IfNoneMatch: aws.String("*"),
	})
	done := "put back"
	var answer *awshttp.ResponseError
	switch {
	case errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusPreconditionFailed:
		done = "already put back, nothing done"
	case err != nil:
		return fmt.Errorf("put s3://%s/%s: %w", place.rawBucket, name, err)
	}
	_, err = fmt.Fprintf(out, "%s: %d events in s3://%s/%s\n", done, events, place.rawBucket, name)
	return err //nolint:wrapcheck // it names the file
}

// repaired reads the document. White space around it does not make it another one.
func repaired(files []string, in io.Reader) ([]byte, error) {
	switch len(files) {
	case 0:
	case 1:
		f, err := os.Open(files[0])
		if err != nil {
			return nil, err //nolint:wrapcheck // it names the file
		}
		defer func() { _ = f.Close() }() // it was only read
		in = f
	default:
		return nil, errors.New("put-back takes one file, or standard input")
	}
	document, err := io.ReadAll(io.LimitReader(in, maxRepairedBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the repaired records: %w", err)
	case len(document) > maxRepairedBytes:
		return nil, fmt.Errorf("the repaired records take more than %d bytes: put them back in pieces", maxRepairedBytes)
	}
	return append(bytes.TrimSpace(document), '\n'), nil
}

// maxShown bounds the refusals that an error lists.
const maxShown = 10

// accepted counts the events of a document in which nothing may be refused.
func accepted(document []byte) (int, error) {
	decoder := rum.NewDecoder(bytes.NewReader(document), "put-back")
	block := rum.NewBlock()
	events := 0
	var refused []string
	for {
		err := decoder.Next(block)
		var rejected *rum.Rejected
		switch {
		case errors.Is(err, io.EOF) && len(refused) > 0:
			return 0, fmt.Errorf("nothing was put, since these records would be refused again:\n  %s", strings.Join(refused, "\n  "))
		case errors.Is(err, io.EOF) && events == 0:
			return 0, errors.New("there is no event in what is to be put back")
		case errors.Is(err, io.EOF):
			return events, nil
		case errors.As(err, &rejected) && len(refused) < maxShown:
			refused = append(refused, printable(rejected.Error()))
		case errors.As(err, &rejected):
		case err != nil:
			return 0, fmt.Errorf("read the repaired records: %w", err)
		default:
			events++
			block.Reset()
		}
	}
}
