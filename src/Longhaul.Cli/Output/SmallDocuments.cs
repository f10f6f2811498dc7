namespace Longhaul.Cli.Output;

/// <summary>What <c>version</c> prints.</summary>
/// <param name="Version">The program's version.</param>
/// <param name="Runtime">The runtime it runs on.</param>
/// <param name="CatalogSchema">Newest schema of the catalog it knows.</param>
/// <param name="Format">Newest version of the backup format it knows.</param>
internal sealed record VersionDocument(string Version, string Runtime, long CatalogSchema, int Format);

/// <summary>What <c>completion</c> prints.</summary>
/// <param name="Shell">bash, zsh or fish.</param>
/// <param name="Script">What the shell is to read.</param>
internal sealed record CompletionDocument(string Shell, string Script);

/// <summary>What <c>remove</c> prints.</summary>
/// <param name="Id">Id of what was forgotten.</param>
/// <param name="Name">Its name.</param>
/// <param name="Removed">True: it was there.</param>
internal sealed record RemovedDocument(string Id, string Name, bool Removed);

/// <summary>What <c>config export</c> and <c>config import</c> print.</summary>
/// <param name="File">The file.</param>
/// <param name="Repositories">How many repositories it has.</param>
/// <param name="Machines">How many machines it has.</param>
/// <param name="Jobs">How many jobs it has.</param>
internal sealed record ConfigSummaryDocument(string File, int Repositories, int Machines, int Jobs);
