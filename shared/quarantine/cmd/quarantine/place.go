package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rumline/rumline/shared/quarantine"
)

// place is the environment that a command works on.
type place struct {
	workspace string

	bucket, prefix       string
	rawBucket, rawPrefix string
}

// flags adds those that name the environment to a command's own.
func (p *place) flags(flags *flag.FlagSet) {
	flags.StringVar(&p.workspace, "workspace", os.Getenv("RUMLINE_WORKSPACE"),
		"Terraform workspace of the environment: dev, preprod, prod, local (RUMLINE_WORKSPACE)")
	flags.StringVar(&p.bucket, "bucket", os.Getenv("RUMLINE_QUARANTINE_BUCKET"),
		"quarantine bucket, instead of the workspace's (RUMLINE_QUARANTINE_BUCKET)")
	flags.StringVar(&p.rawBucket, "raw-bucket", os.Getenv("RUMLINE_RAW_BUCKET"),
		"raw bucket, instead of the workspace's (RUMLINE_RAW_BUCKET)")
	p.prefix, p.rawPrefix = "quarantine/", "rum/"
}

// open connects to the environment and completes what the flags did not say.
func (p *place) open(ctx context.Context) (*s3.Client, error) {
	clients, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("configure AWS clients: %w", err)
	}
	if p.bucket == "" || p.rawBucket == "" {
		if err := p.name(ctx, clients); err != nil {
			return nil, err
		}
	}
	return s3.NewFromConfig(clients, func(o *s3.Options) { o.DisableLogOutputChecksumValidationSkipped = true }), nil
}

// name names the workspace's buckets as Terraform does. Those names end in the account's number.
func (p *place) name(ctx context.Context, clients aws.Config) error {
	if p.workspace == "" {
		if p.bucket != "" || p.rawBucket != "" {
			return nil // a command asks for the bucket that it needs
		}
		return errors.New("which environment? Give -workspace (or RUMLINE_WORKSPACE), or the buckets with -bucket and -raw-bucket")
	}
	account, err := sts.NewFromConfig(clients).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return fmt.Errorf("ask AWS whose account this is: %w", err)
	}
	named := func(bucket string) string {
		return fmt.Sprintf("rumline-%s-%s-%s", p.workspace, bucket, aws.ToString(account.Account))
	}
	if p.bucket == "" {
		p.bucket = named("quarantine")
	}
	if p.rawBucket == "" {
		p.rawBucket = named("raw")
	}
	return nil
}

// reader reads the environment's quarantine.
func (p *place) reader(ctx context.Context) (*quarantine.Reader, error) {
	client, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	if p.bucket == "" {
		return nil, errors.New("-bucket is missing: the quarantine's")
	}
	return quarantine.NewReader(client, quarantine.Config{Bucket: p.bucket, Prefix: p.prefix})
}

// production says whether the raw bucket is that of prod, whichever way it was named.
func (p *place) production() bool {
	return p.workspace == "prod" || strings.HasPrefix(p.rawBucket, "rumline-prod-")
}

// newFlags returns a command's flags, with the environment's.
func newFlags(command, arguments, does string) (*flag.FlagSet, *place) {
	flags := flag.NewFlagSet(command, flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintf(flags.Output(), "usage: quarantine %s [flags]%s\n%s\n", command, arguments, does)
		flags.PrintDefaults()
	}
	p := new(place)
	p.flags(flags)
	return flags, p
}
