//! The program `dondoc`. Everything it does begins in `cli`.

fn main() -> std::process::ExitCode {
    api::cli::main()
}
