// Command release is what a deployment does before and after Terraform:
//
//	release upload -bucket B [-dir dist]  puts the functions' zips into the bucket of artifacts, each under its hash
//	release live -env prod                says which versions run, as Terraform's variable live_versions takes it
//	release finish -env prod              brings the schema up to date, probes every destination's new version, has them run and
//	                                      remembers them; when something is not well, what was well last runs on and the exit code is 1
//	release check -env prod               probes every destination, and does nothing else
//	release rollback -env prod [-yes]     has the versions run that ran before the last release; for prod it asks first
//
// AWS is reached by the usual environment (AWS_PROFILE, AWS_REGION; AWS_ENDPOINT_URL).
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/rumline/rumline/shared/deployment"
	"github.com/rumline/rumline/shared/release"
)

const usage = "usage: release upload -bucket NAME [-dir FOLDER] | live|finish|check|rollback -env NAME [-yes]"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New(usage)
	}
	flags := flag.NewFlagSet("release "+args[0], flag.ContinueOnError)
	env := flags.String("env", "", "workspace: dev, preprod, prod")
	bucket := flags.String("bucket", "", "bucket of artifacts (upload)")
	dir := flags.String("dir", "dist", "folder with the zips (upload)")
	yes := flags.Bool("yes", false, "do not ask (rollback)")
	if err := flags.Parse(args[1:]); err != nil {
		return fmt.Errorf("%w\n%s", err, usage)
	}
	clients, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("configure AWS clients: %w", err)
	}
	if args[0] == "upload" {
		if *bucket == "" {
			return errors.New("which bucket? Give -bucket, as `go tool task bootstrap` prints it")
		}
		return release.Upload(ctx, s3.NewFromConfig(clients), *bucket, *dir, out)
	}
	parameters := ssm.NewFromConfig(clients)
	r := &release.Release{Lambda: lambda.NewFromConfig(clients), Parameters: parameters, Out: out}
	live := func(ctx context.Context) error { return printLive(ctx, r, out) }
	commands := map[string]func(context.Context) error{"live": live, "finish": r.Finish, "check": r.Check, "rollback": r.Rollback}
	command, ok := commands[args[0]]
	if !ok {
		return fmt.Errorf("%s is no command; %s", args[0], usage)
	}
	if *env == "" {
		return errors.New("which environment? Give -env dev, preprod or prod")
	}
	if args[0] == "rollback" && *env == "prod" && !*yes {
		if err := confirm(in, out, *env); err != nil {
			return err
		}
	}
	r.Deployment, err = deployment.Load(ctx, parameters, *env)
	if errors.Is(err, deployment.ErrNone) && args[0] == "live" {
		r.Deployment, err = &deployment.Deployment{}, nil // nothing runs before the first deployment
	}
	if err != nil {
		return err
	}
	return command(ctx)
}

// printLive writes the versions that run as JSON, which is how Terraform reads a variable that is a map.
func printLive(ctx context.Context, r *release.Release, out io.Writer) error {
	live, err := r.Live(ctx)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(out).Encode(live); err != nil {
		return fmt.Errorf("say which versions run: %w", err)
	}
	return nil
}

// confirm has the environment's name typed.
func confirm(in io.Reader, out io.Writer, env string) error {
	fmt.Fprintf(out, "This changes what runs in %s. Type its name to go on: ", env)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if strings.TrimSpace(answer) != env {
		return errors.Join(errors.New("nobody confirmed it: nothing was done"), err)
	}
	return nil
}
